/** A job that runs at a fixed rate. */
export interface Schedule {
  readonly name: string;
  readonly everyMinutes: number;
  /** The module below functions/ whose `handler` runs. */
  readonly entry: string;
  /** What people notice when it does not run; the text of its alarms. */
  readonly impact: string;
}

/** All that time starts. */
export const schedules: readonly Schedule[] = [
  {
    name: 'sweep',
    everyMinutes: 1,
    entry: 'scheduled/sweep.ts',
    impact: 'Tokens are not renewed ahead of their end, and nobody is told of auths that will die.',
  },
  {
    name: 'sweep-from-start',
    everyMinutes: 15,
    entry: 'scheduled/sweep-from-start.ts',
    impact: 'What a crash left undone stays undone: unsent events, half-finished deletions, missed renewals.',
  },
  {
    name: 'found-organization',
    everyMinutes: 5,
    entry: 'scheduled/found-organization.ts',
    impact:
      'A new deployment has no organization and no key to begin with; one that has them notices nothing.',
  },
];
