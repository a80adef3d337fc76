import * as z from 'zod';

const Status = z.int().min(100).max(599);

interface Range {
  readonly from: number;
  readonly to: number;
}

const inOrder = ({ from, to }: Range): boolean => from <= to;

const Written = z
  .string()
  .regex(/^[1-5]\d\d-[1-5]\d\d$/, 'Expected a range of statuses, such as "200-299".')
  .transform((text): Range => ({ from: Number(text.slice(0, 3)), to: Number(text.slice(4)) }))
  .refine(inOrder, 'Expected a range from low to high, such as "200-299".');

const Spelled = z
  .strictObject({ from: Status, to: Status })
  .refine(inOrder, 'Expected a range from low to high.');

const Single = Status.transform((status): Range => ({ from: status, to: status }));

const Accepted = z.union([Single, Written, Spelled], {
  error: 'Expected a status such as 404, or a range such as "200-299" or {"from": 200, "to": 299}.',
});

/** Which statuses of an answer are no error: one status or range, or a list of them. */
export const AcceptStatus = z.union([Accepted.transform((one) => [one]), z.array(Accepted).min(1).max(50)], {
  error:
    'Expected a status, a range such as "200-299", or a list of them, such as [404, "200-299", {"from": 300, "to": 308}].',
});

/** Whether a status is among them; where nothing is said, every status is. */
export const accepts = (accepted: readonly Range[] | undefined, status: number): boolean =>
  accepted === undefined || accepted.some(({ from, to }) => from <= status && status <= to);
