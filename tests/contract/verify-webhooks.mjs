// Verifies calls of webhooks as receivers do that use the packages standardwebhooks and svix, each with code of its own: node verify-webhooks.mjs calls.json
// calls.json: {"secret": "whsec_…", "calls": [{"headers": {…}, "body": "…"}]}
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';

const { secret, calls } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const receivers = [new Webhook(secret), new SvixWebhook(secret)];
for (const { headers, body } of calls) console.log([...new Set(receivers.map(r => r.verify(body, headers).type))].join());
