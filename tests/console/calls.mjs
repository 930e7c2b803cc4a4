// What the console asked of the control API, held against the server's own OpenAPI document.
export class Calls {
    constructor() {
        this.seen = new Map();
    }

    note(response) {
        const request = response.request();
        const url = new URL(request.url());
        if (url.pathname.startsWith("/_mock/") && request.resourceType() === "fetch") {
            const names = [...url.searchParams.keys()].sort();
            const key = `${request.method()} ${url.pathname} ${names} ${response.status()}`;
            this.seen.set(key, { method: request.method(), url, status: response.status() });
        }
    }

    // In words, what the document does not know.
    async compare(mock) {
        if (this.seen.size === 0) {
            return [];
        }
        const document = await mock.get("/openapi.json");
        return [...this.seen].flatMap(([key, call]) => {
            const problem = compareOne(document, call);
            return problem ? [`${key}: ${problem}`] : [];
        });
    }
}

function compareOne(document, { method, url, status }) {
    const template = templateOf(document, url.pathname);
    const operation = document.paths[template]?.[method.toLowerCase()];
    if (operation === undefined) {
        return "no such operation in openapi.json";
    }
    const parameters = [...(document.paths[template].parameters ?? []), ...(operation.parameters ?? [])]
        .map((one) => (one.$ref ? lookUp(document, one.$ref) : one))
        .filter((one) => one.in === "query")
        .map((one) => one.name);
    const unknown = [...url.searchParams.keys()].filter((name) => !parameters.includes(name));
    if (unknown.length > 0) {
        return `openapi.json has no parameter ${unknown}`;
    }
    return String(status) in operation.responses ? null : "openapi.json has no such status here";
}

// "/_mock/packs/a/transition" is one of "/_mock/packs/{name}/transition"; what has no {} goes first.
function templateOf(document, path) {
    return Object.keys(document.paths)
        .sort((a, b) => a.includes("{") - b.includes("{"))
        .find((template) => new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(path));
}

function lookUp(document, reference) {
    return reference
        .slice(2)
        .split("/")
        .reduce((node, key) => node[key], document);
}
