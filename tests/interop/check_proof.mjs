// One event in a file, checked by software that nobody here wrote: the Merkle functions of @sigstore/verify, and node's own
// Ed25519 and SHA-256. A second reading of C2SP tlog-proof beside that of verify_log.
// usage: node check_proof.mjs VERIFIER-KEY FILE
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../gateway/web/package.json', import.meta.url));
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle.js');

const fail = (why) => {
  console.error(why);
  process.exit(1);
};
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();

// "name+hex8(key id)+base64(01 ‖ key)"
const readKey = (text) => {
  const [name, id, encoded] = [text.split('+')[0], text.split('+')[1], text.split('+').slice(2).join('+')];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 33 || bytes[0] !== 1) fail('the verifier key');
  const keyId = sha256(Buffer.from(`${name}\n`), bytes).subarray(0, 4);
  if (keyId.toString('hex') !== id) fail('the id of the verifier key');
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]); // RFC 8410
  return { name, keyId, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
};

const openNote = (text, { name, keyId, key }) => {
  const end = text.lastIndexOf('\n\n');
  const signed = text.slice(0, end + 1);
  const lines = text.slice(end + 2).split('\n').filter(Boolean);
  const holds = lines.some((line) => {
    const [, who, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded ?? '', 'base64');
    return who === name && bytes.subarray(0, 4).equals(keyId) && verify(null, Buffer.from(signed), key, bytes.subarray(4));
  });
  if (!holds) fail('the log did not sign that checkpoint');
  const [origin, size, root] = signed.split('\n');
  if (origin !== name) fail('another log');
  return { logSize: BigInt(size), logHash: Buffer.from(root, 'base64') };
};

const verifierKey = readKey(process.argv[2]);
const file = readFileSync(process.argv[3], 'utf8');
const split = file.indexOf('\n\n');
const [header, extraLine, indexLine, ...proof] = file.slice(0, split).split('\n');
if (header !== 'c2sp.org/tlog-proof@v1') fail('not a tlog-proof');
const checkpoint = openNote(file.slice(split + 2), verifierKey);
const extra = Buffer.from(extraLine.replace('extra ', ''), 'base64');
const entry = sha256(Buffer.from('veerpont/event/v1\0'), extra); // salt and body
try {
  verifyMerkleInclusion(
    {
      canonicalizedBody: entry,
      inclusionProof: { logIndex: indexLine.replace('index ', ''), hashes: proof.map((one) => Buffer.from(one, 'base64')) },
    },
    checkpoint,
  );
} catch (broken) {
  fail(broken.message);
}
console.log(`proven: event ${indexLine.replace('index ', '')} of ${checkpoint.logSize}`);
