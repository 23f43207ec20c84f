// A server in OpenAI's form before a small model on the CPU: node server.mjs MODEL.gguf. Prints its URL when it is ready.
import http from "node:http";
import {getLlama, LlamaChatSession} from "node-llama-cpp";

// One thread: of two, each waits in a loop for the other, which takes minutes a sentence where other work has the cores.
const llama = await getLlama({gpu: false, build: "never", maxThreads: 1, logLevel: "error", progressLogs: false});
const model = await llama.loadModel({modelPath: process.argv[2]});
const context = await model.createContext({contextSize: 3072});
const sequence = context.getSequence();
let last = Promise.resolve();

async function complete(chat) {
    const [system, user] = chat.messages.map((message) => message.content);
    await sequence.clearHistory();
    const session = new LlamaChatSession({contextSequence: sequence, systemPrompt: system});
    const form = chat.response_format?.json_schema?.schema;
    const grammar = form ? await llama.createGrammarForJsonSchema(form) : undefined;
    const before = sequence.tokenMeter.getState();
    const content = await session.prompt(user, {
        grammar, maxTokens: chat.max_tokens, temperature: chat.temperature, seed: chat.seed,
        repeatPenalty: {penalty: 1.1},
    });
    const used = sequence.tokenMeter.diff(before);
    session.dispose({disposeSequence: false});
    return {
        id: "1", object: "chat.completion", created: 1, model: chat.model,
        choices: [{index: 0, finish_reason: "stop", message: {role: "assistant", content}}],
        usage: {
            prompt_tokens: used.usedInputTokens, completion_tokens: used.usedOutputTokens,
            total_tokens: used.usedInputTokens + used.usedOutputTokens,
        },
    };
}

const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
        const answer = (status, body) => {
            response.writeHead(status, {"Content-Type": "application/json"});
            response.end(JSON.stringify(body));
        };
        if (request.method === "GET") {
            answer(200, {object: "list", data: [{id: "gemma3-270m", context_length: 3072}]});
            return;
        }
        last = last.then(() => complete(JSON.parse(Buffer.concat(parts))).then(
            (body) => answer(200, body), (error) => answer(500, {error: {message: String(error)}}),
        ));
    });
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/v1`));
