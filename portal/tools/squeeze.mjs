// Lays a .br and a .gz beside every file of dist that is worth it, so that the server never compresses while somebody waits. index.html is
// left alone: the server writes a nonce into it for every answer.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const dist = path.join(import.meta.dirname, '../dist');
let count = 0;
for (const name of fs.readdirSync(dist, { recursive: true })) {
  if (!/\.(js|css|svg|json)$/.test(name)) continue;
  const file = path.join(dist, name);
  const bytes = fs.readFileSync(file);
  fs.writeFileSync(
    `${file}.br`,
    zlib.brotliCompressSync(bytes, {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  );
  fs.writeFileSync(`${file}.gz`, zlib.gzipSync(bytes, { level: 9 }));
  count += 1;
}
console.log(`squeeze: ${count} files`);
