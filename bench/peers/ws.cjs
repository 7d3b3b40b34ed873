// Node's ws, as its README shows it; says where it listens and ends with its input, like the other servers.
//
// With `packed` it compresses each message by itself, with `packed-takeover` it takes the context over.
'use strict';

const { WebSocketServer } = require('ws');

const [mode] = process.argv.slice(2);
const perMessageDeflate = Boolean(mode) && {
    serverNoContextTakeover: mode === 'packed',
    clientNoContextTakeover: mode === 'packed',
    threshold: 256,
};
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate });
const listeners = new Set();

server.on('connection', (socket, request) => {
    if (request.url === '/fanout') {
        listeners.add(socket);
        socket.on('close', () => listeners.delete(socket));
    }
    socket.on('message', (data, binary) => {
        for (const to of request.url === '/say' ? listeners : [socket]) {
            to.send(data, { binary });
        }
    });
});
server.on('listening', () => console.log(`127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
