/** A place in the product's source and what a mistake makes of it. */
export interface Change {
  /** From the root of the repository. */
  readonly file: string;
  /** What stands there, exactly once: where it does not any more, the list has to follow the code. */
  readonly find: string;
  readonly put: string;
}

/** Tests of which one at least has to go red. */
export interface Tests {
  readonly project: 'unit' | 'simulation';
  /** From the root of the repository. */
  readonly path: string;
  /** A pattern of how the titles of those tests begin, where the others of the file would only take long or hang. */
  readonly titled?: string | undefined;
}

/** A mistake that was made before, here or elsewhere, and that the tests have to notice when it is made again. */
export interface Mutation {
  /** What the code does then, as the end of "A test goes red when …". */
  readonly name: string;
  readonly changes: readonly Change[];
  readonly red: Tests;
}

/** A mutation of one place. */
export const mutation = (name: string, change: Change, red: Tests): Mutation => ({
  name,
  changes: [change],
  red,
});

/** The fast tests in a file or folder below `test/`, or those of them whose titles begin in some way. */
export const unit = (path: string, titled?: string): Tests => ({
  project: 'unit',
  path: `test/${path}`,
  titled,
});
