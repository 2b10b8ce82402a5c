import {
  createOnly,
  date,
  datetime,
  double,
  each,
  flag,
  integer,
  readOnly,
  reference,
  required,
  text,
} from '../fields.ts'
import { type Entity, id } from './entity.ts'

const ofContract = required(createOnly(reference('Contracts')))

export const contractServices: Entity<'ContractServices'> = {
  name: 'ContractServices',
  singular: 'ContractService',
  isQueryable: true,
  verbs: [],
  child: { of: 'Contracts', under: 'Services', by: 'contractID', verbs: ['GET', 'POST', 'PATCH', 'PUT'] },
  defaults: {},
  fields: {
    id,
    contractID: ofContract,
    serviceID: required(createOnly(reference('Services'))),
    unitPrice: createOnly(double),
    unitCost: double,
    ...each('internalCurrencyUnitPrice internalCurrencyAdjustedPrice', readOnly(double)),
    invoiceDescription: text(1000),
    internalDescription: text(100),
    quoteItemID: createOnly({ kind: 'long' }),
  },
}

export const contractServiceUnits: Entity<'ContractServiceUnits'> = {
  name: 'ContractServiceUnits',
  singular: 'ContractServiceUnit',
  isQueryable: true,
  verbs: [],
  child: { of: 'Contracts', under: 'ServiceUnits', by: 'contractID', verbs: ['GET'] },
  defaults: {},
  fields: {
    id,
    contractID: readOnly(reference('Contracts')),
    serviceID: readOnly(reference('Services')),
    contractServiceID: readOnly(reference('ContractServices')),
    ...each('startDate endDate', readOnly(date)),
    units: readOnly(integer),
    ...each('price cost internalCurrencyPrice', readOnly(double)),
    approveAndPostDate: readOnly(datetime),
    ...each('organizationalLevelAssociationID vendorCompanyID', readOnly(integer)),
  },
}

export const contractServiceAdjustments: Entity<'ContractServiceAdjustments'> = {
  name: 'ContractServiceAdjustments',
  singular: 'ContractServiceAdjustment',
  isQueryable: false,
  verbs: ['POST'],
  child: { of: 'Contracts', under: 'ServiceAdjustments', by: 'contractID', verbs: ['POST'] },
  defaults: {},
  fields: {
    id,
    effectiveDate: required(date),
    contractServiceID: reference('ContractServices'),
    contractID: reference('Contracts'),
    serviceID: reference('Services'),
    unitChange: integer,
    ...each('adjustedUnitPrice adjustedUnitCost', double),
    allowRepeatService: flag,
    quoteItemID: { kind: 'long' },
  },
}

export const contractServiceBundles: Entity<'ContractServiceBundles'> = {
  name: 'ContractServiceBundles',
  singular: 'ContractServiceBundle',
  isQueryable: true,
  verbs: [],
  child: {
    of: 'Contracts',
    under: 'ServiceBundles',
    by: 'contractID',
    verbs: ['GET', 'POST', 'PATCH', 'PUT'],
  },
  defaults: {},
  fields: {
    id,
    contractID: ofContract,
    serviceBundleID: required(createOnly(reference('ServiceBundles'))),
    unitPrice: createOnly(double),
    ...each('internalCurrencyUnitPrice internalCurrencyAdjustedPrice', readOnly(double)),
    invoiceDescription: text(1000),
    internalDescription: text(100),
    quoteItemID: createOnly({ kind: 'long' }),
  },
}

export const contractServiceBundleUnits: Entity<'ContractServiceBundleUnits'> = {
  name: 'ContractServiceBundleUnits',
  singular: 'ContractServiceBundleUnit',
  isQueryable: true,
  verbs: [],
  child: { of: 'Contracts', under: 'ServiceBundleUnits', by: 'contractID', verbs: ['GET'] },
  defaults: {},
  fields: {
    id,
    contractID: readOnly(reference('Contracts')),
    serviceBundleID: readOnly(reference('ServiceBundles')),
    contractServiceBundleID: readOnly(reference('ContractServiceBundles')),
    ...each('startDate endDate', readOnly(date)),
    units: readOnly(integer),
    ...each('price cost internalCurrencyPrice', readOnly(double)),
    approveAndPostDate: readOnly(datetime),
    organizationalLevelAssociationID: readOnly(integer),
  },
}

export const contractServiceBundleAdjustments: Entity<'ContractServiceBundleAdjustments'> = {
  name: 'ContractServiceBundleAdjustments',
  singular: 'ContractServiceBundleAdjustment',
  isQueryable: false,
  verbs: ['POST'],
  child: { of: 'Contracts', under: 'ServiceBundleAdjustments', by: 'contractID', verbs: ['POST'] },
  defaults: {},
  fields: {
    id,
    effectiveDate: required(date),
    contractServiceBundleID: reference('ContractServiceBundles'),
    contractID: reference('Contracts'),
    serviceBundleID: reference('ServiceBundles'),
    unitChange: integer,
    adjustedUnitPrice: double,
    allowRepeatServiceBundle: flag,
    quoteItemID: { kind: 'long' },
  },
}
