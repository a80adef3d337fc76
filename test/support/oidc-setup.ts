import * as z from 'zod';

/** What the certified server is started with: public keys in PEM. */
export const Setup = z.strictObject({
  redirectUris: z.array(z.string()),
  ec: z.string(),
  rsa: z.string(),
  /** More clients, by id: for how many milliseconds the server keeps back what it grants for a refresh token that it has spent. */
  delays: z.record(z.string(), z.int()),
});
export type Setup = z.infer<typeof Setup>;

/** Holds what the form encoding of RFC 6749 §2.3.1 is for. */
export const clientSecret = 'a secret: with/all+kinds%of&signs';

/** The one person that the server knows. */
export const person = { id: 'person-1', username: 'ann', password: 'correct horse' } as const;

/** A token answer that the server gave, and what it was asked with. */
export const Issued = z.object({
  grant: z.string(),
  clientId: z.string(),
  clientAuthentication: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
});
export type Issued = z.infer<typeof Issued>;

/** A call of the token endpoint that the server has judged, refused ones too; a delayed answer is not sent yet then. */
export const Asked = z.object({
  grant: z.string(),
  clientId: z.string(),
  status: z.int(),
});
export type Asked = z.infer<typeof Asked>;
