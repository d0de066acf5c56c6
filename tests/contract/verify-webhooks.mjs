// Verifies calls of webhooks as a receiver does that uses the package standardwebhooks: node verify-webhooks.mjs calls.json
// calls.json: {"secret": "whsec_…", "calls": [{"headers": {…}, "body": "…"}]}
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';

const { secret, calls } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const webhook = new Webhook(secret);
for (const { headers, body } of calls) console.log(webhook.verify(body, headers).type);
