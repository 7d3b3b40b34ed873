// Bun's own WebSocket server, which is uWebSockets; says where it listens and ends with its input.
//
// With `packed` it compresses each message by itself, with `packed-takeover` it takes the context over. With CERTIFICATE
// and KEY in the environment, in PEM, it speaks TLS.
'use strict';

const [mode] = process.argv.slice(2);
const compressor = mode === 'packed' ? 'shared' : 'dedicated';

const { CERTIFICATE: cert, KEY: key } = process.env;

const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: cert ? { cert, key } : undefined,
    fetch(request, server) {
        const { pathname } = new URL(request.url);
        return server.upgrade(request, { data: pathname }) ? undefined : new Response('no upgrade', { status: 400 });
    },
    websocket: {
        perMessageDeflate: mode ? { compress: compressor, decompress: compressor } : false,
        open(socket) {
            if (socket.data === '/fanout') {
                socket.subscribe('all');
            }
        },
        message(socket, data) {
            if (socket.data === '/say') {
                server.publish('all', data);
            } else {
                socket.send(data, Boolean(mode));
            }
        },
    },
});
console.log(`127.0.0.1:${server.port}`);
process.stdin.on('end', () => process.exit(0)).resume();
