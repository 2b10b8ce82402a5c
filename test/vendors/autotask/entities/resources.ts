import { createOnly, each, flag, integer, picklist, reference, required, text } from '../fields.ts'
import { type Entity, id } from './entity.ts'

/** Of users that programs sign in as: no work is theirs. */
export const apiUserLicense = 7

const licenseTypes = { 1: 'Professional', 2: 'Team', [apiUserLicense]: 'API User' }

export const resources: Entity<'Resources'> = {
  name: 'Resources',
  singular: 'Resource',
  isQueryable: true,
  verbs: ['PATCH', 'PUT'],
  defaults: { isActive: true },
  fields: {
    id,
    ...each('email email2 email3', text(254)),
    userName: text(32),
    ...each('firstName lastName', text(50)),
    isActive: flag,
    licenseType: picklist(licenseTypes),
    ...each('userType locationID defaultServiceDeskRoleID', integer),
    resourceType: text(50),
  },
}

/** As what a resource may be assigned tickets. */
export const resourceServiceDeskRoles: Entity<'ResourceServiceDeskRoles'> = {
  name: 'ResourceServiceDeskRoles',
  singular: 'ResourceServiceDeskRole',
  isQueryable: true,
  verbs: [],
  child: {
    of: 'Resources',
    under: 'ServiceDeskRoles',
    by: 'resourceID',
    verbs: ['GET', 'POST', 'PATCH', 'PUT'],
  },
  defaults: { isActive: true, isDefault: false },
  fields: {
    id,
    resourceID: required(createOnly(reference('Resources'))),
    roleID: required(createOnly(integer)),
    ...each('isActive isDefault', flag),
  },
}
