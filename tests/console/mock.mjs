// The server under test, as scenarios talk to it beside the browser.
export class Mock {
    constructor(url, token) {
        this.url = url;
        this.headers = token ? { Authorization: `Bearer ${token}` } : {};
    }

    // `path` is what follows /_mock. The answer's JSON; throws unless it is a success.
    async control(method, path, body) {
        const request = { method, headers: this.headers, body: body === undefined ? undefined : JSON.stringify(body) };
        const response = await fetch(`${this.url}/_mock${path}`, request);
        if (!response.ok) {
            throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
        }
        return response.json();
    }

    get(path) {
        return this.control("GET", path);
    }

    advance(seconds) {
        return this.control("POST", "/clock/advance", { seconds });
    }

    move(name, state, reason) {
        return this.control("POST", `/packs/${name}/transition`, {
            ConformancePackState: state,
            force: true,
            ...(reason && { ConformancePackStatusReason: reason }),
        });
    }

    async pack(name, query = "") {
        return this.get(`/packs/${name}${query}`);
    }

    // A request to the AWS endpoint, unsigned in truth: {status, headers, text}. Throws when there is no answer.
    async aws(operation, input = {}, { account = "123456789012", region = "us-east-1" } = {}) {
        const scope = `${account}/20260101/${region}/config/aws4_request`;
        const response = await fetch(this.url, {
            method: "POST",
            headers: {
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": `StarlingDoveService.${operation}`,
                "X-Amz-Date": "20260101T000000Z",
                Authorization:
                    `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, ` +
                    `Signature=${"0".repeat(64)}`,
            },
            body: JSON.stringify(input),
        });
        return { status: response.status, headers: response.headers, text: await response.text() };
    }
}
