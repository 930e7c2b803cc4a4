/* Times, spans and numbers, in words. */

const SECOND = 1000;
const UNITS = [
    [86_400 * SECOND, "d"],
    [3_600 * SECOND, "h"],
    [60 * SECOND, "min"],
    [SECOND, "s"],
];

/* "2026-01-01 00:00:00", with ".250" where there are such; UTC. Takes epoch milliseconds or ISO 8601. */
export function instant(at) {
    const text = new Date(at).toISOString();
    return text.replace("T", " ").replace(/(\.000)?Z$/, "");
}

/* Likewise, to the second. */
export function instantToSecond(at) {
    return instant(at).replace(/\.\d+$/, "");
}

export function timeOfDay(at) {
    return instantToSecond(at).split(" ").at(-1);
}

/* "12 s", "3 min 20 s", "2 d 4 h": the two largest units. */
export function span(milliseconds) {
    let rest = Math.round(Math.abs(milliseconds) / SECOND) * SECOND;
    if (rest === 0) {
        return milliseconds === 0 ? "0 s" : `${Math.round(Math.abs(milliseconds))} ms`;
    }
    const parts = [];
    for (const [size, unit] of UNITS) {
        const count = Math.floor(rest / size);
        if (count > 0) {
            parts.push(`${count} ${unit}`);
            rest -= count * size;
        } else if (parts.length > 0) {
            break;
        }
        if (parts.length === 2) {
            break;
        }
    }
    return parts.join(" ");
}

/* "in 12 s", "3 min ago", "just now". */
export function relative(at, now) {
    const distance = at - now;
    if (Math.abs(distance) < SECOND) {
        return distance > 0 ? "in a moment" : "just now";
    }
    return distance > 0 ? `in ${span(distance)}` : `${span(distance)} ago`;
}

export function count(number, one, many = `${one}s`) {
    return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function bytes(size) {
    return size < 1000
        ? count(size, "byte")
        : size < 1e6
          ? `${(size / 1e3).toFixed(1)} kB`
          : `${(size / 1e6).toFixed(1)} MB`;
}

/* What was typed into a field for a number: a number, or the text itself for the server to refuse; undefined where
   there is none. */
export function numberOrText(text) {
    const trimmed = text.trim();
    if (trimmed === "") {
        return undefined;
    }
    return Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}
