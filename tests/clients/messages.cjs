"use strict";
// What a client of Node's does with messages and events, whatever they come over.

// How long an event may take, in milliseconds.
const PATIENCE = 60_000;

// The messages as they come, each asked for by the kind it must have.
function inbox(source) {
    const waiting = [];
    const arrived = [];
    source.on("message", (data, isBinary) => {
        const message = { data, isBinary };
        const wanted = waiting.shift();
        wanted ? wanted(message) : arrived.push(message);
    });
    const next = () => (arrived.length ? Promise.resolve(arrived.shift()) : new Promise((wanted) => waiting.push(wanted)));
    const ofKind = async (isBinary) => {
        const message = await next();
        if (message.isBinary !== isBinary) {
            throw new Error(`expected ${isBinary ? "binary" : "text"}, got the other kind`);
        }
        return message.data;
    };
    return { text: async () => (await ofKind(false)).toString(), binary: () => ofKind(true) };
}

function once(emitter, event) {
    return new Promise((resolve, reject) => {
        emitter.once(event, (...values) => resolve(values));
        emitter.once("error", reject);
        setTimeout(() => reject(new Error(`no ${event} in time`)), PATIENCE).unref();
    });
}

function lengthIfEqual(got, sent) {
    if (got !== sent) {
        throw new Error(`a large message came back changed: ${got.length} of ${sent.length} characters`);
    }
    return got.length;
}

module.exports = { inbox, lengthIfEqual, once };
