import { type Answer, jsonAnswer } from '../faults.ts'
import type { Json } from '../row.ts'
import type { Account } from './account.ts'
import type { Entity } from './entities/entity.ts'
import { childAt, entityAt } from './entities.ts'
import { noResource, wrongVerb } from './errors.ts'
import { fieldsOf, informationOn } from './metadata.ts'
import { firstPage, type PageRequest, pageOf, searchIn } from './query.ts'
import { create, type Parent, rowsOf, update } from './records.ts'

export interface ApiRequest {
  method: string
  /** Behind `/V1.0`, in lower case, without empty parts. */
  segments: string[]
  /** By their names in lower case. */
  query: ReadonlyMap<string, string>
  /** Undefined where there was none or it was no JSON. */
  body: Json | undefined
  /** Of the `search` in the address; undefined as `body` is. */
  search: Json | undefined
  /** Ends in `/V1.0`. */
  base: string
}

/** What one address offers, by verb. */
type Verbs = Partial<Record<string, () => Answer>>

/**
 * Answers a request whose sender is known.
 *
 * @throws ApiError 404 where the address offers nothing, 405 where it does not offer the verb
 */
export function answerOf(account: Account, request: ApiRequest): Answer {
  const verbs = verbsAt(account, request)
  if (Object.keys(verbs).length === 0) throw noResource()
  const carryOut = verbs[request.method]
  if (!carryOut) throw wrongVerb(request.method)
  return carryOut()
}

function verbsAt(account: Account, request: ApiRequest): Verbs {
  const [first = '', ...rest] = request.segments
  if (first === 'thresholdinformation' && rest.length === 0) {
    return { GET: () => jsonAnswer(thresholdOf(account)) }
  }
  const entity = entityAt(first)
  if (!entity) return {}
  const [name, ...more] = rest
  switch (name) {
    case undefined:
      return writesAt(account, entity, entity.verbs, request)
    case 'query':
      return entity.isQueryable ? queriesAt(account, entity, more.join('/'), request) : {}
    case 'entityinformation':
      return metadataAt(account, entity, more.join('/'))
  }
  if (!/^\d+$/.test(name)) return {}
  const id = Number(name)
  if (more.length > 0) return childrenAt(account, entity, id, more, request)
  return entity.isQueryable ? { GET: () => oneAnswer(account, entity, id) } : {}
}

function thresholdOf({ budget }: Account): Json {
  return {
    externalRequestThreshold: budget.threshold,
    requestThresholdTimeframe: 60,
    currentTimeframeRequestCount: budget.used,
  }
}

function metadataAt({ database }: Account, entity: Entity, part: string): Verbs {
  switch (part) {
    case '':
      return { GET: () => jsonAnswer({ info: informationOn(entity) }) }
    case 'fields':
      return { GET: () => jsonAnswer({ fields: fieldsOf(entity, database.store) }) }
    case 'userdefinedfields':
      return { GET: () => jsonAnswer({ fields: [] }) }
  }
  return {}
}

function queriesAt(account: Account, entity: Entity, part: string, request: ApiRequest): Verbs {
  const all = () => rowsOf(account.database, entity.name)
  const page = (asked: PageRequest) => {
    return jsonAnswer(pageOf(all(), asked, (other, size) => addressOf(account, request, other, size)))
  }
  const paging = request.query.get('paging')
  switch (part) {
    case '':
      return {
        GET: () => page(firstPage(entity, 'GET', request.search)),
        POST: () => page(firstPage(entity, 'POST', request.body)),
      }
    case 'next':
      return {
        GET: () => page(account.pages.linked(paging, entity, 'GET', request.search)),
        POST: () => page(account.pages.linked(paging, entity, 'POST', request.body)),
      }
    case 'count': {
      const count = (search: Json | undefined) =>
        jsonAnswer({ queryCount: all().filter(searchIn(entity, search).matches).length })
      return { GET: () => count(request.search), POST: () => count(request.body) }
    }
  }
  return {}
}

function addressOf({ pages }: Account, { base }: ApiRequest, page: PageRequest, size: number): string {
  const parameters = new URLSearchParams({ paging: pages.link(page, size) })
  if (page.verb === 'GET') parameters.set('search', JSON.stringify(page.search))
  return `${base}/${page.entity.name}/query/next?${parameters}`
}

function writesAt(
  { database }: Account,
  entity: Entity,
  verbs: readonly string[],
  { body }: ApiRequest,
  parent?: Parent,
): Verbs {
  const written = (itemId: number) => jsonAnswer({ itemId })
  const all: Verbs = {
    POST: () => written(create(database, entity, body, parent)),
    PATCH: () => written(update(database, entity, 'PATCH', body, parent)),
    PUT: () => written(update(database, entity, 'PUT', body, parent)),
  }
  return Object.fromEntries(Object.entries(all).filter(([verb]) => verbs.includes(verb)))
}

function childrenAt(
  account: Account,
  owner: Entity,
  ownerId: number,
  [name = '', id, ...more]: string[],
  request: ApiRequest,
): Verbs {
  const entity = childAt(owner, name)
  if (!entity?.child || more.length > 0) return {}
  const parent = { field: entity.child.by, id: ownerId }
  const mine = () => rowsOf(account.database, entity.name).filter((row) => row[parent.field] === ownerId)
  const isReadable = entity.child.verbs.includes('GET')
  if (id !== undefined) {
    if (!/^\d+$/.test(id) || !isReadable) return {}
    return {
      GET: () =>
        itemAnswer(
          account,
          mine().find((row) => row.id === Number(id)),
        ),
    }
  }
  const list = () => {
    const items = mine()
    const pageDetails = {
      count: items.length,
      requestCount: items.length,
      prevPageUrl: null,
      nextPageUrl: null,
    }
    return jsonAnswer({ items, pageDetails })
  }
  return {
    ...(isReadable ? { GET: list } : {}),
    ...writesAt(account, entity, entity.child.verbs, request, parent),
  }
}

function oneAnswer(account: Account, entity: Entity, id: number): Answer {
  return itemAnswer(
    account,
    rowsOf(account.database, entity.name).find((row) => row.id === id),
  )
}

function itemAnswer({ options }: Account, item: Json | undefined): Answer {
  if (item === undefined && options.missing === '404') throw noResource()
  return jsonAnswer({ item: item ?? null })
}
