import * as z from 'zod'
import { filterOf } from './filter.ts'
import { hostAttributes } from './host.ts'
import { Fields, type Method, type MethodContext, method, Orders, Seconds } from './method.ts'
import { inOrder, type Params, params, pick } from './params.ts'

const SearchOptions = z.object({ KLGRP_FIND_FROM_CUR_VS_ONLY: z.boolean().default(false) })
const AccessorArgs = z.object({ strAccessor: z.string() })

export const hostMethods: Record<string, Method> = {
  'HostGroup.FindHosts': method(
    z.object({
      wstrFilter: z.string(),
      vecFieldsToReturn: Fields,
      vecFieldsToOrder: Orders,
      pParams: SearchOptions,
      lMaxLifeTime: Seconds,
    }),
    ({ wstrFilter, vecFieldsToReturn, vecFieldsToOrder, pParams, lMaxLifeTime }, context) => {
      const { account, session, failure } = context
      const found = hostsInReach(context, pParams.KLGRP_FIND_FROM_CUR_VS_ONLY).filter(filterOf(wstrFilter))
      const listing = account.accessors.open(
        session.server,
        inOrder(found, vecFieldsToOrder).map((row) => pick(row, vecFieldsToReturn)),
        lMaxLifeTime,
        failure?.kind === 'missingRows' ? failure.rows : 0,
      )
      return { PxgRetVal: listing.announced, strAccessor: listing.id }
    },
  ),

  'ChunkAccessor.GetItemsCount': method(AccessorArgs, ({ strAccessor }, { account, session }) => ({
    PxgRetVal: account.accessors.find(strAccessor, session.server).announced,
  })),

  'ChunkAccessor.GetItemsChunk': method(
    AccessorArgs.extend({ nStart: z.int().min(0), nCount: z.int().positive() }),
    ({ strAccessor, nStart, nCount }, { account, session }) => {
      const { rows } = account.accessors.find(strAccessor, session.server)
      const chunk = rows.slice(nStart, nStart + nCount)
      return { PxgRetVal: chunk.length, pChunk: { KLCSP_ITERATOR_ARRAY: chunk.map(params) } }
    },
  ),

  'ChunkAccessor.Release': method(AccessorArgs, ({ strAccessor }, { account, session }) => {
    account.accessors.drop(account.accessors.find(strAccessor, session.server).id)
    return {}
  }),
}

/** A session of a virtual server sees its own hosts; the main server sees everyone's unless it asks for its own. */
function hostsInReach({ account, session }: MethodContext, ownOnly: boolean): Params[] {
  const all =
    session.server === account.main && !ownOnly ? [account.main, ...account.servers] : [session.server]
  return all.flatMap(({ hosts }) => [...hosts.values()].filter((host) => host.record).map(hostAttributes))
}
