/** A sender of its own that spools messages one after the other: `spool-process FOLDER NAME COUNT`. */
import { spool } from '../../client/spool.ts';

const [, , folder = '', name = '', count = '0'] = process.argv;
for (let n = 0; n < Number(count); n += 1)
  await spool(folder, { agent: 'a', text: `${name} ${n}`, from: name, idempotencyKey: `${name}-${n}` });
process.stdout.write('spooled\n');
