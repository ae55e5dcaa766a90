import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const portal = path.join(import.meta.dirname, '..');
const contract = path.join(portal, '../docs/specs/portal-api.yaml');

it.skipIf(!fs.existsSync(contract))('the portal is typed by the document that the server is held to', () => {
  expect(fs.readFileSync(path.join(portal, 'api/openapi.yaml'), 'utf8')).toBe(fs.readFileSync(contract, 'utf8'));
});
