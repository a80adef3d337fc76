import * as z from 'zod';
import { ServiceId } from '../../ids.ts';
import { secretMembers } from '../../protocols/definition.ts';

type Members = Readonly<Record<string, unknown>>;

/** A schema would go through every member, of which there may be thousands. */
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What reads show in the place of a secret. */
const SecretStatus = z.strictObject({ set: z.boolean(), updatedAt: z.iso.datetime().nullable() });

/** What reads show of a service besides its definition. */
const readOnly = [
  'id',
  'workspaceId',
  'kind',
  'origin',
  'legacy',
  'catalogueEntry',
  'version',
  'warnings',
  'suspectedLifetime',
  'createdAt',
  'updatedAt',
];

/** Most are texts: a schema that refuses takes its time, and there may be thousands of them. */
const isStatus = (value: unknown): boolean =>
  isObject(value) && 'set' in value && SecretStatus.safeParse(value).success;

const without = (members: Members, drop: (name: string, value: unknown) => boolean): Members =>
  Object.fromEntries(Object.entries(members).filter(([name, value]) => !drop(name, value)));

/** Changes some members, each only where it is an object; all else is left to the schema to refuse. */
const changed = (members: Members, changes: Readonly<Record<string, (inner: Members) => Members>>): Members =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      const change = Object.hasOwn(changes, name) ? changes[name] : undefined;
      return [name, change && isObject(value) ? change(value) : value];
    }),
  );

const places = {
  auth: (auth: Members) => without(auth, (name, value) => secretMembers.includes(name) && isStatus(value)),
  secrets: (secrets: Members) => without(secrets, (_, value) => isStatus(value)),
};

/** What reads show of an environment besides its definition. */
const environment = (one: Members): Members =>
  without(changed(one, places), (name) => name === 'suspectedLifetime');

const environments = (all: Members): Members =>
  changed(all, Object.fromEntries(Object.keys(all).map((name) => [name, environment])));

/** Whoever says at the top that the risk is known says it of `auth`, where that is asked (R33). */
const riskIntoAuth = (document: Members): Members => {
  const { acknowledgeRisk, ...rest } = document;
  const { auth } = rest;
  if (acknowledgeRisk === undefined || !isObject(auth)) return document;
  const asked = auth['type'] === 'oauth1' || auth['grant'] === 'password';
  return asked ? { ...rest, auth: { acknowledgeRisk, ...auth } } : document;
};

/**
 * What was read can be changed and sent back: the status of a secret counts as a secret left out, which keeps it (R53), and of
 * a whole service as it is shown the members that nobody sets are let go.
 */
export const fromShown = (document: unknown): unknown => {
  if (!isObject(document)) return document;
  const plain = changed(riskIntoAuth(document), { ...places, environments });
  const shown = ServiceId.safeParse(document['id']).success;
  return shown ? without(plain, (name) => readOnly.includes(name)) : plain;
};
