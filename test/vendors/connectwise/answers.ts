import type { IncomingHttpHeaders } from 'node:http'
import { type Answer, jsonAnswer } from '../faults.ts'
import type { Json, Row, Values } from '../row.ts'
import { ApiError, notFound } from './errors.ts'
import { selectFields } from './field-selection.ts'
import type { Fields } from './fields.ts'
import { countOf, listed, type Query } from './listing.ts'
import { allOf, type Collection, create, oneOf, patch, remove, replace } from './records.ts'
import type { Action, Area } from './rights.ts'
import type { Caller } from './sign-in.ts'

export interface ApiRequest {
  method: string
  /** Behind `/apis/3.0`, in lower case, without empty parts. */
  segments: string[]
  query: Query
  headers: IncomingHttpHeaders
  /** Undefined where there was none or it was no JSON. */
  body: Json | undefined
  /** Where the request went to, without its query. */
  address: string
  at: Date
}

const actions: Record<string, Action> = {
  GET: 'inquire',
  POST: 'add',
  PUT: 'edit',
  PATCH: 'edit',
  DELETE: 'delete',
}

export function assertAllowed({ rights }: Caller, area: Area, method: string): void {
  const action = actions[method]
  if (action === undefined || rights.allows(area, action)) return
  const [module, name] = area
  throw new ApiError(403, 'Security', `The security role does not allow to ${action} ${module}, ${name}.`)
}

export function collectionAnswer(
  collection: Collection,
  [name, ...more]: string[],
  { member }: Caller,
  request: ApiRequest,
): Answer {
  if (more.length > 0) throw notFound('The resource was')
  const author = { name: String(member.identifier), at: request.at }
  const { method, query } = request
  const one = (row: Values): Values => selectFields(row, query.get('fields'))

  if (name === undefined) {
    if (method === 'GET') return listAnswer(allOf(collection), collection.entity.fields, request)
    if (method !== 'POST') throw notSupported(method)
    const row = create(collection, bodyOf(request), author)
    return jsonAnswer(one(row), 201, { location: `${request.address}/${row.id}` })
  }
  if (name === 'count') return countAnswer(allOf(collection), collection.entity.fields, request)
  if (!/^\d+$/.test(name)) throw notFound('The resource was')
  const id = Number(name)
  switch (method) {
    case 'GET':
      return jsonAnswer(one(oneOf(collection, id)))
    case 'PUT':
      return jsonAnswer(one(replace(collection, id, bodyOf(request), author)))
    case 'PATCH':
      return jsonAnswer(one(patch(collection, id, bodyOf(request), author)))
    case 'DELETE':
      remove(collection, id)
      return { status: 204 }
  }
  throw notSupported(method)
}

/** Of records that nobody makes here. */
export function lightListAnswer(rows: Row[], fields: Fields, rest: string[], request: ApiRequest): Answer {
  if (rest.length === 0 && request.method === 'GET') return listAnswer(rows, fields, request)
  if (rest.length === 1 && rest[0] === 'count') return countAnswer(rows, fields, request)
  const one = rest.length === 1 ? rows.find(({ id }) => `${id}` === rest[0]) : undefined
  if (one !== undefined && request.method === 'GET')
    return jsonAnswer(selectFields(one, request.query.get('fields')))
  throw rest.length === 0 ? notSupported(request.method) : notFound('The resource was')
}

function listAnswer(rows: Row[], fields: Fields, { query, headers, address }: ApiRequest): Answer {
  const forwardOnly = String(headers['pagination-type'] ?? '').toLowerCase() === 'forward-only'
  const { items, link } = listed(rows, fields, { query, forwardOnly, address })
  return jsonAnswer(items, 200, { link })
}

function countAnswer(rows: Row[], fields: Fields, { method, query }: ApiRequest): Answer {
  if (method !== 'GET') throw notSupported(method)
  return jsonAnswer({ count: countOf(rows, fields, query) })
}

export function bodyOf({ body }: ApiRequest): Json {
  if (body === undefined) throw new ApiError(400, 'InvalidRequest', 'The body is no JSON.')
  return body
}

export function notSupported(method: string): ApiError {
  return new ApiError(405, 'MethodNotAllowed', `${method} is not supported here.`)
}
