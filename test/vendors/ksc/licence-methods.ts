import * as z from 'zod'
import { keyAttributes, useAttributes } from './key.ts'
import {
  Fields,
  type Method,
  type MethodContext,
  type MethodResult,
  method,
  Orders,
  Seconds,
} from './method.ts'
import { inOrder, type Order, type Params, params, pick } from './params.ts'
import { badArgument, notFound } from './pxg-error.ts'

/** How long an iterator lives where the caller asks for 0 seconds. @see docs/vendors/kaspersky.md, "Result sets" */
const defaultIteratorSeconds = 900

const KeyOptions = z.object({ KLLICSRV_ENOPT_INSTALLED_ONLY: z.boolean().default(false) })

export const licenceMethods: Record<string, Method> = {
  'LicenseKeys.EnumKeys': method(
    z.object({ pFields: Fields, pFieldsToOrder: Orders, pOptions: KeyOptions, lTimeoutSec: Seconds }),
    ({ pFields, pFieldsToOrder, pOptions, lTimeoutSec }, context) => {
      if (pFields.includes('KLLICSRV_KEYDATA')) throw badArgument('KLLICSRV_KEYDATA cannot be listed')
      const rows = [...context.session.server.keys.values()]
        .filter((key) => key.installed || !pOptions.KLLICSRV_ENOPT_INSTALLED_ONLY)
        .map(keyAttributes)
      return openIterator(rows, pFields, pFieldsToOrder, lTimeoutSec, context)
    },
  ),

  'LicenseKeys.AcquireKeyHosts': method(
    z.object({
      pInData: z.object({ KLLIC_SERIAL: z.string() }),
      pFields: Fields,
      pFieldsToOrder: Orders,
      pOptions: z.object({}),
      lTimeoutSec: Seconds,
    }),
    ({ pInData, pFields, pFieldsToOrder, lTimeoutSec }, context) => {
      const key = context.session.server.keys.get(pInData.KLLIC_SERIAL)
      if (!key) throw notFound('Licence key', pInData.KLLIC_SERIAL)
      const rows = [...key.uses.values()].flat().map(useAttributes)
      return openIterator(rows, pFields, pFieldsToOrder, lTimeoutSec, context)
    },
  ),

  'GroupSyncIterator.GetNextItems': method(
    z.object({ szwIterator: z.string(), nCount: z.int().positive() }),
    ({ szwIterator, nCount }, { account, session, failure }) => {
      const iterator = account.iterators.find(szwIterator, session.server)
      const page = iterator.rows.slice(iterator.position, iterator.position + nCount)
      const endsEarly = failure?.kind === 'earlyEof'
      iterator.position = endsEarly ? iterator.rows.length : iterator.position + page.length
      const delivered = endsEarly ? page.slice(0, Math.floor(page.length / 2)) : page
      return {
        PxgRetVal: delivered.length,
        bEOF: iterator.position >= iterator.rows.length,
        pData: { KLCSP_ITERATOR_ARRAY: delivered.map(params) },
      }
    },
  ),

  'GroupSyncIterator.ReleaseIterator': method(
    z.object({ szwIterator: z.string() }),
    ({ szwIterator }, { account, session }) => {
      account.iterators.drop(account.iterators.find(szwIterator, session.server).id)
      return {}
    },
  ),
}

function openIterator(
  rows: Params[],
  fields: string[],
  orders: Order[],
  timeoutSeconds: number,
  { account, session, failure }: MethodContext,
): MethodResult {
  const listing = account.iterators.open(
    session.server,
    inOrder(rows, orders).map((row) => pick(row, fields)),
    timeoutSeconds || defaultIteratorSeconds,
    failure?.kind === 'missingRows' ? failure.rows : 0,
  )
  return { lKeyCount: listing.announced, wstrIterator: listing.id }
}
