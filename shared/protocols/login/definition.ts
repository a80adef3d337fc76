import * as z from 'zod';
import { AnswerPath } from '../answer-path.ts';
import { DescribedRequest, describedRequest } from '../described-request.ts';
import { httpToken } from '../http-token.ts';
import { keptByName, refreshOn } from '../params.ts';

const headerName = z.string().max(100).regex(httpToken, 'Expected the name of a header (RFC 9110 §5.6.2).');

/** Where a value stands in an answer: in its body by path, as its whole body, in a header, or in a cookie that it sets. */
export const Located = z.union(
  [
    AnswerPath,
    /** The body's text without the spaces around; a body that is one JSON string stands for what is in it. */
    z.strictObject({ body: z.literal('text') }),
    z.strictObject({ header: headerName }),
    z.strictObject({ cookie: z.string().min(1).max(100) }),
  ],
  {
    error:
      'Expected names joined by dots, such as data.token, or {"header": "X-Token"}, {"cookie": "session"} or {"body": "text"}.',
  },
);
export type Located = z.infer<typeof Located>;

/** Metadata may also be what an earlier step kept. */
const LocatedOrKept = z.union([Located, z.strictObject({ kept: z.string().min(1).max(60) })], {
  error: 'Expected names joined by dots, such as data.token, or an object with header, cookie, body or kept.',
});

const Step = z
  .strictObject({
    ...describedRequest,
    /** The statuses of a good answer. */
    expect: z.array(z.int().min(200).max(399)).min(1).max(20).default([200, 201]),
    /** Values of the answer that later steps use as `{{kept.…}}`. */
    keep: keptByName(Located),
  })
  .refine(({ form, json }) => form === undefined || json === undefined, {
    path: ['json'],
    message: 'A request has one body: say form or json.',
  });

const TokenResponse = z
  .strictObject({
    accessToken: Located.default('access_token'),
    expiresIn: Located.default('expires_in'),
    lifetimeUnit: z.enum(['seconds', 'milliseconds']).default('seconds'),
    expiresAt: Located.optional(),
    metadata: keptByName(LocatedOrKept),
  })
  .prefault({});

/** An API that answers one to three described requests with a token; renewed by asking again. */
export const LoginDefinition = z
  .strictObject({
    type: z.literal('login'),
    steps: z.array(Step).min(1).max(3),
    /** Where things stand in the answer to the last step. */
    tokenResponse: TokenResponse,
    refresh: z.strictObject(refreshOn).prefault({}),
    revocation: DescribedRequest.optional(),
  })
  .superRefine(({ steps, tokenResponse }, context) => {
    const kept = steps.slice(0, -1).flatMap(({ keep }) => Object.keys(keep));
    for (const [name, place] of Object.entries(tokenResponse.metadata)) {
      if (typeof place === 'string' || !('kept' in place) || kept.includes(place.kept)) continue;
      const message = 'No step before the last keeps a value of this name.';
      context.addIssue({ code: 'custom', path: ['tokenResponse', 'metadata', name, 'kept'], message });
    }
  });
export type LoginDefinition = z.infer<typeof LoginDefinition>;
