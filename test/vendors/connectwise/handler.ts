import { type Answer, jsonAnswer } from '../faults.ts'
import type { Row } from '../row.ts'
import { type ApiRequest, assertAllowed, collectionAnswer, lightListAnswer, notSupported } from './answers.ts'
import { addition } from './entities/addition.ts'
import { agreement } from './entities/agreement.ts'
import { company } from './entities/company.ts'
import { hostedScreenFields, hostedSetup } from './entities/hosted.ts'
import { memberFields } from './entities/member.ts'
import { product, productInfo, productInfoFields } from './entities/product.ts'
import { notFound } from './errors.ts'
import { selectFields } from './field-selection.ts'
import { allOf } from './records.ts'
import type { Area } from './rights.ts'
import { serviceAnswer } from './service.ts'
import type { Caller } from './sign-in.ts'

const companies: Area = ['Companies', 'Company Maintenance']
const agreements: Area = ['Finance', 'Agreements']
const catalog: Area = ['Procurement', 'Product Catalog']
const memberMaintenance: Area = ['System', 'Member Maintenance']
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
    case 'system/members':
      assertAllowed(caller, memberMaintenance, request.method)
      return lightListAnswer(store.members.all(), memberFields, rest, request)
    case 'system/mymembers':
      return memberAnswer(caller.member, rest, request)
  }
  if (section === 'service') return serviceAnswer(caller, [resource ?? '', ...rest], request)
  throw notFound('The resource was')
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

function memberAnswer(member: Row, [name, ...more]: string[], { method, query }: ApiRequest): Answer {
  if (more.length > 0 || (name !== undefined && name !== 'info')) throw notFound('The resource was')
  if (method !== 'GET') throw notSupported(method)
  const wanted = selectFields(member, query.get('fields'))
  return jsonAnswer(name === 'info' ? wanted : [wanted])
}
