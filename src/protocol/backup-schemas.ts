/** Request and reply of the call that copies the database. */
import Type from 'typebox';
import { closed } from './fields.ts';

export const BACKUP_SCHEMAS = {
  backup: {
    request: Type.Object(
      {
        file: Type.Optional(
          Type.String({ pattern: '^/', maxLength: 4_000, description: 'absolute path; must not exist' }),
        ),
      },
      closed,
    ),
    reply: Type.Object({
      file: Type.String(),
      sizeBytes: Type.Integer(),
      messages: Type.Integer(),
      schema: Type.Integer({ description: 'number of the last migration in it' }),
    }),
  },
};
