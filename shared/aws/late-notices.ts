import type { Notices } from '#shared/ports.ts';
import { alertPrefix } from './alert-prefix.ts';
import type { AwsNoticesOptions } from './notices.ts';

/** Notices over services of the account, by code that is loaded with the first: most functions tell nobody. */
export const lateNotices = (options: AwsNoticesOptions): Notices => {
  let loading: Promise<Notices> | undefined;
  const load = () => (loading ??= import('./notices.ts').then(({ awsNotices }) => awsNotices(options)));
  return {
    by: 'aws',
    prefix: alertPrefix(options.prefix),
    publish: async (...input) => (await load()).publish(...input),
    putEvent: async (...input) => (await load()).putEvent(...input),
    openMail: async (...input) => (await load()).openMail(...input),
    mailConfirmed: async (...input) => (await load()).mailConfirmed(...input),
    closeMail: async (...input) => (await load()).closeMail(...input),
  };
};
