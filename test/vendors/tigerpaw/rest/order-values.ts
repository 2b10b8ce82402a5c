import * as z from 'zod'
import type { Json } from '../../row.ts'
import { ApiError, Refused } from '../errors.ts'
import { type NamedEntry, named, type OrderStatus, type ServiceOrder, type Store } from '../store.ts'

/** Programs that fill in every field send 0 and empty text for what they do not set. */
const Numbered = z
  .int()
  .nullish()
  .transform((number) => number || undefined)
const Text = z
  .string()
  .nullish()
  .transform((text) => text || undefined)

const Values = z.object({
  TechnicianAssigned: Numbered,
  TakenBy: Numbered,
  DispatchBoardNumber: Numbered,
  BriefDescription: Text,
  WorkRequested: Text,
  Reference: Text,
  Priority: Text,
  Status: Text,
  ServiceOrderType: Text,
})

const NewOrder = Values.extend({ AccountNumber: Numbered })

const Note = z.object({ Note: Text, Topic: Text })

/** The longest texts are the emulator's choice. */
const longest = { BriefDescription: 100, Reference: 50 }

/**
 * What is required beside the account is the emulator's choice.
 *
 * @throws Refused where a value is missing, too long or none of those there are
 */
export function newOrder(store: Store, body: Json | undefined, now: string): Omit<ServiceOrder, 'id'> {
  const values = read(NewOrder, body)
  const account = values.AccountNumber ?? 0
  if (account === 0) throw new Refused('AccountNumber is required.')
  if (!store.accounts.get(account)) throw new Refused(`Account ${account} was not found.`)
  if (values.BriefDescription === undefined) throw new Refused('BriefDescription is required.')
  const { status, ...given } = checked(store, values)
  const inForce = status ?? store.orderStatuses.all().find(({ isDefault }) => isDefault)
  return {
    account,
    briefDescription: '',
    workRequested: null,
    board: null,
    priority: defaultOf(store.priorities.all()),
    type: defaultOf(store.orderTypes.all()),
    technician: null,
    takenBy: 1,
    reference: null,
    openedAt: now,
    voidedAt: null,
    lockedBy: null,
    ...given,
    status: inForce?.name ?? '',
    closedAt: inForce?.closes ? now : null,
  }
}

type Changes = Partial<Omit<ServiceOrder, 'id' | 'status'>> & { status?: OrderStatus }

/** What is not set stays as it is. */
export function changedOrder(store: Store, body: Json | undefined): Changes {
  return checked(store, read(Values, body))
}

export function noteText(body: Json | undefined): { note: string; topic: string | null } {
  const { Note: text, Topic } = read(Note, body)
  if (text === undefined) throw new Refused('Note is required.')
  return { note: text, topic: Topic ?? null }
}

function read<Schema extends z.ZodType>(schema: Schema, body: Json | undefined): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new ApiError(400, 'The request is invalid.')
  return parsed.data
}

function checked(store: Store, values: z.output<typeof Values>): Changes {
  const { TechnicianAssigned, TakenBy, DispatchBoardNumber } = values
  assertFits('BriefDescription', values)
  assertFits('Reference', values)
  if (TechnicianAssigned !== undefined && store.reps.get(TechnicianAssigned)?.inactive !== false) {
    throw new Refused(`${TechnicianAssigned} is not a valid TechnicianAssigned.`)
  }
  if (DispatchBoardNumber !== undefined && !store.boards.get(DispatchBoardNumber)?.inUse) {
    throw new Refused(`${DispatchBoardNumber} is not a valid DispatchBoardNumber.`)
  }
  const status = chosen('Status', store.orderStatuses.all(), values.Status)
  const priority = chosen('Priority', store.priorities.all(), values.Priority)
  const type = chosen('ServiceOrderType', store.orderTypes.all(), values.ServiceOrderType)
  return {
    ...(TechnicianAssigned === undefined ? {} : { technician: TechnicianAssigned }),
    ...(TakenBy === undefined ? {} : { takenBy: TakenBy }),
    ...(DispatchBoardNumber === undefined ? {} : { board: DispatchBoardNumber }),
    ...(values.BriefDescription === undefined ? {} : { briefDescription: values.BriefDescription }),
    ...(values.WorkRequested === undefined ? {} : { workRequested: values.WorkRequested }),
    ...(values.Reference === undefined ? {} : { reference: values.Reference }),
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority: priority.name }),
    ...(type === undefined ? {} : { type: type.name }),
  }
}

function assertFits(field: keyof typeof longest, values: z.output<typeof Values>): void {
  const most = longest[field]
  if ((values[field]?.length ?? 0) <= most) return
  throw new Refused(`${field} must not be longer than ${most} characters.`)
}

function chosen<Row extends { name: string }>(
  field: string,
  rows: Row[],
  name: string | undefined,
): Row | undefined {
  if (name === undefined) return undefined
  const row = named(rows, name)
  if (!row) throw new Refused(`${name} is not a valid ${field}.`)
  return row
}

function defaultOf(rows: NamedEntry[]): string | null {
  return rows.find(({ isDefault }) => isDefault)?.name ?? null
}
