import { AppError } from '../errors.ts';

/** The ETag of a thing that people edit. */
export const etag = (version: number): string => `"${String(version)}"`;

/** Rejects with 412 when the caller edits another version than the one that it read (`If-Match`, RFC 9110 §13.1.1). */
export const expectVersion = (ifMatch: string | undefined, version: number): void => {
  if (ifMatch === undefined || ifMatch === '*' || ifMatch === etag(version)) return;
  throw new AppError(
    412,
    'version_changed',
    'It was changed since you read it. Read it again and repeat your edit.',
    {
      details: [{ path: 'headers.if-match', message: `The present version is ${etag(version)}.` }],
    },
  );
};

/** What a write that lost a race answers: nothing was changed. */
export const editedMeanwhile = () =>
  new AppError(
    409,
    'edited_meanwhile',
    'Somebody else changed it in the same moment. Read it again and repeat.',
  );
