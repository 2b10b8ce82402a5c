import type { IncomingHttpHeaders } from 'node:http'
import { type Answer, jsonAnswer } from '../faults.ts'
import type { Json, Row, Values } from '../row.ts'
import { addition } from './entities/addition.ts'
import { agreement } from './entities/agreement.ts'
import { company } from './entities/company.ts'
import { hostedScreenFields, hostedSetup } from './entities/hosted.ts'
import { product, productInfo, productInfoFields } from './entities/product.ts'
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

const companies: Area = ['Companies', 'Company Maintenance']
const agreements: Area = ['Finance', 'Agreements']
const catalog: Area = ['Procurement', 'Product Catalog']
const tableSetup: Area = ['System', 'Table Setup']

/** Answers a request whose sender is known. */
export function answerOf(caller: Caller, request: ApiRequest): Answer {
  const { account } = caller
  const [section, resource, ...rest] = request.segments
  const { store } = account
  switch (`${section}/${resource}`) {
    case 'company/companies': {
      assertAllowed(caller, companies, request.method)
      const collection = { entity: company, table: store.companies, around: account.surroundings() }
      return collectionAnswer(collection, rest, caller, request)
    }
    case 'finance/agreements': {
      assertAllowed(caller, agreements, request.method)
      if (rest[1] === 'additions') return additionsAnswer(rest, caller, request)
      const collection = { entity: agreement, table: store.agreements, around: account.surroundings() }
      return collectionAnswer(collection, rest, caller, request)
    }
    case 'procurement/catalog': {
      assertAllowed(caller, catalog, request.method)
      const collection = { entity: product, table: store.products, around: account.surroundings() }
      if (rest[0] !== 'info') return collectionAnswer(collection, rest, caller, request)
      return lightListAnswer(allOf(collection).map(productInfo), productInfoFields, rest.slice(1), request)
    }
    case 'system/connectwisehostedsetups': {
      assertAllowed(caller, tableSetup, request.method)
      const collection = { entity: hostedSetup, table: store.hostedSetups, around: account.surroundings() }
      return collectionAnswer(collection, rest, caller, request)
    }
    case 'system/connectwisehostedscreens':
      assertAllowed(caller, tableSetup, request.method)
      return lightListAnswer(store.hostedScreens.all(), hostedScreenFields, rest, request)
    case 'system/mymembers':
      return memberAnswer(caller.member, rest, request)
  }
  throw notFound('The resource was')
}

function assertAllowed({ rights }: Caller, area: Area, method: string): void {
  const action = actions[method]
  if (action === undefined || rights.allows(area, action)) return
  const [module, name] = area
  throw new ApiError(403, 'Security', `The security role does not allow to ${action} ${module}, ${name}.`)
}

function additionsAnswer(rest: string[], caller: Caller, request: ApiRequest): Answer {
  const { account } = caller
  const [parent = '', , ...inner] = rest
  const owner = /^\d+$/.test(parent) ? account.store.agreements.get(Number(parent)) : undefined
  if (!owner) throw notFound(`agreement ${parent}`)
  const table = account.store.additionsOf(owner.id)
  return collectionAnswer(
    { entity: addition, table, around: account.surroundings(owner) },
    inner,
    caller,
    request,
  )
}

function collectionAnswer(
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

function lightListAnswer(rows: Row[], fields: Fields, rest: string[], request: ApiRequest): Answer {
  if (rest.length === 0 && request.method === 'GET') return listAnswer(rows, fields, request)
  if (rest.length === 1 && rest[0] === 'count') return countAnswer(rows, fields, request)
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

function memberAnswer(member: Row, [name, ...more]: string[], { method, query }: ApiRequest): Answer {
  if (more.length > 0 || (name !== undefined && name !== 'info')) throw notFound('The resource was')
  if (method !== 'GET') throw notSupported(method)
  const wanted = selectFields(member, query.get('fields'))
  return jsonAnswer(name === 'info' ? wanted : [wanted])
}

function bodyOf({ body }: ApiRequest): Json {
  if (body === undefined) throw new ApiError(400, 'InvalidRequest', 'The body is no JSON.')
  return body
}

function notSupported(method: string): ApiError {
  return new ApiError(405, 'MethodNotAllowed', `${method} is not supported here.`)
}
