// SPDX-License-Identifier: MIT
//
// The Messages API as far as Claude Code needs it, on loopback: the real client
// runs against it without a network or an account, and we know what was served.
//
//	node mock-api.js DIR
//
// DIR/port	where it listens (written when it does)
// DIR/script	what to answer, as JSON: a list whose members are used in turn, the
//		last one again and again; read anew for each request
// DIR/served	what was answered: one JSON object a line
//
// A member of the list:
//	usage		counters, as in the API
//	text		what the model says
//	bash		a command that the model wants to run
//	tool		any other tool call: {"name": ..., "input": {...}}
//	delay_ms	how long the model thinks
//	hang		true: the answer never comes
//	branch		copied to DIR/served, for whoever compares
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const path = require('path');

const dir = process.argv[2];
const file = (name) => path.join(dir, name);
const run = crypto.randomBytes(6).toString('hex');
let answered = 0;

function nextReply() {
	const replies = JSON.parse(fs.readFileSync(file('script'), 'utf8'));
	const reply = replies[Math.min(answered, replies.length - 1)];
	answered += 1;
	return reply;
}

// The client says in each request for which of its sessions it is.
function sessionOf(request, asked) {
	const header = request.headers['x-claude-code-session-id'];
	const user = JSON.stringify(asked.metadata || {});
	const named = /session(?:_id\\*":\\*"|_)([0-9a-f-]{36})/.exec(user);
	return header || (named ? named[1] : null);
}

function toolCall(reply, asked) {
	const call = reply.bash
		? { name: 'Bash', input: { command: reply.bash, description: 'Run it' } }
		: reply.tool;
	const known = call && (asked.tools || []).some((tool) => tool.name === call.name);
	return known ? { type: 'tool_use', id: `toolu_${run}${answered}`, ...call } : null;
}

function makeMessage(reply, asked) {
	const content = [{ type: 'text', text: reply.text || `Answer ${answered}.` }];
	const call = toolCall(reply, asked);
	if (call) content.push(call);
	return {
		id: `msg_${run}${String(answered).padStart(6, '0')}`,
		type: 'message', role: 'assistant', model: asked.model, content,
		stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null,
		usage: { service_tier: 'standard', ...reply.usage },
	};
}

function stream(response, message) {
	const send = (type, data) =>
		response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
	send('message_start', { message: { ...message, content: [], stop_reason: null,
		usage: { ...message.usage, output_tokens: 1 } } });
	message.content.forEach((block, index) => {
		const isText = block.type === 'text';
		send('content_block_start', { index, content_block:
			isText ? { type: 'text', text: '' } : { ...block, input: {} } });
		send('content_block_delta', { index, delta: isText
			? { type: 'text_delta', text: block.text }
			: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) } });
		send('content_block_stop', { index });
	});
	send('message_delta', { delta: { stop_reason: message.stop_reason, stop_sequence: null },
		usage: message.usage });
	send('message_stop', {});
	response.end();
}

function answer(request, response, body) {
	const asked = JSON.parse(body || '{}');
	const reply = nextReply();
	if (reply.hang) return;
	const message = makeMessage(reply, asked);
	const sent = () => {
		fs.appendFileSync(file('served'), JSON.stringify({ id: message.id,
			session: sessionOf(request, asked), branch: reply.branch || 'main',
			model: asked.model, usage: message.usage }) + '\n');
		const type = asked.stream ? 'text/event-stream' : 'application/json';
		response.writeHead(200, { 'content-type': type, 'request-id': `req_${message.id}` });
		if (asked.stream) stream(response, message);
		else response.end(JSON.stringify(message));
	};
	setTimeout(sent, reply.delay_ms || 0);
}

const server = http.createServer((request, response) => {
	let body = '';
	request.on('data', (data) => { body += data; });
	request.on('end', () => {
		if (request.url.startsWith('/v1/messages/count_tokens')) {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end('{"input_tokens":10}');
		} else if (request.url.startsWith('/v1/messages')) {
			answer(request, response, body);
		} else {
			response.writeHead(404, { 'content-type': 'application/json' });
			response.end('{}');
		}
	});
});
server.listen(0, '127.0.0.1', () => {
	fs.writeFileSync(file('port.new'), String(server.address().port));
	fs.renameSync(file('port.new'), file('port'));
});
