// The scenario with the AWS SDK for Java, version 2.
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.config.ConfigClient;
import software.amazon.awssdk.services.config.model.ConfigException;
import software.amazon.awssdk.services.config.model.ConformancePackState;
import software.amazon.awssdk.services.config.model.ConformancePackTemplateValidationException;
import software.amazon.awssdk.services.config.model.InsufficientPermissionsException;
import software.amazon.awssdk.services.config.model.InvalidLimitException;
import software.amazon.awssdk.services.config.model.InvalidNextTokenException;
import software.amazon.awssdk.services.config.model.InvalidParameterValueException;
import software.amazon.awssdk.services.config.model.MaxNumberOfConformancePacksExceededException;
import software.amazon.awssdk.services.config.model.NoSuchConformancePackException;
import software.amazon.awssdk.services.config.model.ResourceInUseException;

class Scenario {
    static final String TEMPLATE = """
            Resources:
              Versioning:
                Type: AWS::Config::ConfigRule
                Properties:
                  ConfigRuleName: versioning
                  Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
            """;

    static ConfigClient client(Region region) {
        return ConfigClient.builder()
                .endpointOverride(URI.create(System.getenv("MOCK_URL")))
                .region(region)
                .build();
    }

    static void ok(String step) {
        System.out.println("ok " + step);
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** null when the pack is gone */
    static ConformancePackState state(ConfigClient config, String name) {
        var packs = config.describeConformancePackStatus(ask -> ask.conformancePackNames(name))
                .conformancePackStatusDetails();
        return packs.isEmpty() ? null : packs.get(0).conformancePackState();
    }

    static void await(ConfigClient config, String name, ConformancePackState wanted) throws InterruptedException {
        for (int polls = 0; polls < 20; polls++) {
            if (state(config, name) == wanted) {
                return;
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException(name + " is never " + wanted);
    }

    static void refused(String kind, Class<? extends ConfigException> type, Runnable call) {
        String step = kind + " " + type.getSimpleName();
        try {
            call.run();
        } catch (ConfigException error) {
            if (!type.isInstance(error)) {
                throw error;
            }
            ok(step);
            return;
        }
        throw new IllegalStateException(step + ": not refused");
    }

    public static void main(String[] arguments) throws InterruptedException {
        var config = client(Region.US_EAST_1);
        var full = client(Region.US_WEST_2); // where there are as many packs as there may be
        var troubled = client(Region.EU_WEST_1); // which throttles, and permits nothing

        var put = config.putConformancePack(ask -> ask.conformancePackName("mine").templateBody(TEMPLATE));
        check(put.conformancePackArn() != null, "no ARN");
        ok("put");
        check(state(config, "mine") == ConformancePackState.CREATE_IN_PROGRESS, "not in progress");
        ok("in progress");
        refused("put", ResourceInUseException.class,
                () -> config.putConformancePack(ask -> ask.conformancePackName("mine").templateBody(TEMPLATE)));
        refused("delete", ResourceInUseException.class,
                () -> config.deleteConformancePack(ask -> ask.conformancePackName("mine")));
        await(config, "mine", ConformancePackState.CREATE_COMPLETE);
        ok("complete");

        List<String> names = full.describeConformancePackStatusPaginator(ask -> { }).stream()
                .flatMap(page -> page.conformancePackStatusDetails().stream())
                .map(pack -> pack.conformancePackName())
                .collect(Collectors.toList());
        check(names.equals(IntStream.range(0, 45).mapToObj(number -> String.format("pack-%03d", number))
                .collect(Collectors.toList())), names.toString());
        ok("pages");

        refused("describe", InvalidLimitException.class,
                () -> config.describeConformancePackStatus(ask -> ask.limit(21)));
        refused("describe", InvalidNextTokenException.class,
                () -> config.describeConformancePackStatus(ask -> ask.nextToken("bogus")));
        refused("describe", InvalidParameterValueException.class,
                () -> config.describeConformancePackStatus(ask -> ask.conformancePackNames("not a name")));
        refused("describe", NoSuchConformancePackException.class,
                () -> config.describeConformancePacks(ask -> ask.conformancePackNames("ghost")));
        refused("put", InvalidParameterValueException.class,
                () -> config.putConformancePack(ask -> ask.conformancePackName("no-template")));
        refused("put", ConformancePackTemplateValidationException.class,
                () -> config.putConformancePack(ask -> ask.conformancePackName("empty").templateBody("Resources: {}")));
        refused("put", MaxNumberOfConformancePacksExceededException.class,
                () -> full.putConformancePack(ask -> ask.conformancePackName("one-more").templateBody(TEMPLATE)));
        refused("put", InsufficientPermissionsException.class,
                () -> troubled.putConformancePack(ask -> ask.conformancePackName("mine").templateBody(TEMPLATE)));
        refused("delete", NoSuchConformancePackException.class,
                () -> config.deleteConformancePack(ask -> ask.conformancePackName("ghost")));

        troubled.describeConformancePackStatus(ask -> { }); // gets through at the third try
        ok("retry");

        config.deleteConformancePack(ask -> ask.conformancePackName("mine"));
        ok("delete");
        await(config, "mine", null);
        ok("gone");
    }
}
