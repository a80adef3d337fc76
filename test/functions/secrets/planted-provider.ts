import { HttpFailure, type IncomingResponse, type OutgoingRequest } from '#shared/ports.ts';
import { answer, jsonAnswer } from '../../support/watched.ts';
import { word } from './planted-requests.ts';

/** How the provider behaves at the moment. */
type Mode = 'good' | 'refused' | 'unknown' | 'broken' | 'cut' | 'application' | 'rotated' | 'html';

/** A provider whose every word is a secret, and an API and subscribers that answer plainly. */
export const plantedProvider = () => {
  const provider = { mode: 'good' as Mode, issued: 0 };
  const answers = ({ url, body }: OutgoingRequest): IncomingResponse | Promise<IncomingResponse> => {
    const { mode } = provider;
    if (url.includes('hook.example')) return answer(mode === 'good' ? 204 : 500, `${word}-echo`);
    if (!url.includes('/oauth/token')) return answer(200, 'hello', [['x-service', 'yes']]);
    provider.issued += 1;
    // The provider's words reach events and auths; what they repeat of the request does not.
    const echo = { error_description: `echo ${body as string}`, access_token: `${word}-stray` };
    // The provider knows the next client secret of the application alone.
    const rotated = mode === 'rotated' && (body as string | undefined)?.includes('next-secret');
    switch (rotated ? 'good' : mode) {
      case 'good':
        return jsonAnswer(200, {
          access_token: `${word}-access-${provider.issued}`,
          refresh_token: `${word}-refresh-${provider.issued}`,
          expires_in: 3600,
          team: { id: `${word}-team` },
        });
      case 'refused':
        return jsonAnswer(400, { error: 'invalid_grant', ...echo });
      case 'application':
      case 'rotated':
        return jsonAnswer(401, { error: 'invalid_client', ...echo }, [['www-authenticate', `Basic ${word}`]]);
      case 'unknown':
        return Promise.reject(
          new HttpFailure('reset', true, {
            cause: new Error(`${word}-cause ${url} ${body as string}`),
          }),
        );
      case 'broken':
        return Promise.reject(new TypeError(`${word}-cause ${url} ${body as string}`));
      case 'cut':
        return answer(200, `{"access_token": "${word}-cut`, [['content-type', 'application/json']]);
      case 'html':
        return answer(503, `<p>${word}</p>`, [['retry-after', '10']]);
    }
  };
  return { provider, answers };
};
