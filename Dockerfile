# docker build -t awsconfig-mock . && docker run --rm -p 4566:4566 -v ./worlds:/fixtures:ro awsconfig-mock
#
# The image is the program and the shared libraries it still needs, on nothing. What Debian has as static libraries is
# linked in, because then only the parts in use come along: 10 MB, where shared libraries throughout make 12.6 MB.
# libc, libm, cJSON and p11-kit stay shared: a static libc could not look up host names, and the others have no archive.

FROM debian:bookworm-slim AS build
WORKDIR /source
COPY .ci/deps .ci/deps
RUN apt-get update \
 && apt-get install --yes --no-install-recommends make libunistring-dev \
 && .ci/deps build
COPY . .
RUN make build CFLAGS=-O2 PKG_LIBS="-Wl,--gc-sections \
      -Wl,-Bstatic -lmicrohttpd -lgnutls -lhogweed -lnettle -lgmp -ltasn1 -lidn2 -lunistring -lsqlite3 -lpcre2-8 -lyaml \
      -Wl,-Bdynamic -lp11-kit -lcjson -lm" \
 && install -D --strip build/awsconfig-mock /image/usr/bin/awsconfig-mock \
 && ldd build/awsconfig-mock | grep -o '/[^ ]*' | xargs cp --dereference --parents --target-directory=/image \
 && mkdir /image/fixtures

FROM scratch
LABEL org.opencontainers.image.title="awsconfig-mock"
LABEL org.opencontainers.image.description="A local AWS Config endpoint for tests"
LABEL org.opencontainers.image.version="0.1.0"
LABEL org.opencontainers.image.licenses="MIT"
COPY --from=build /image /
USER 65532:65532
# nobody outside reaches the loopback of a container; an empty folder of fixtures is an empty world
ENV AWSCONFIG_MOCK_HOST=0.0.0.0 AWSCONFIG_MOCK_FIXTURES=/fixtures
EXPOSE 4566
HEALTHCHECK --interval=2s --timeout=2s --start-period=10s --retries=3 CMD ["/usr/bin/awsconfig-mock", "health"]
ENTRYPOINT ["/usr/bin/awsconfig-mock"]
