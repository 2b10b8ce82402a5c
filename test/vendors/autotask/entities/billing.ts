import { date, datetime, double, each, flag, integer, readOnly, reference, text } from '../fields.ts'
import { type Entity, id } from './entity.ts'

/** Exist only once something was approved and posted. */
export const billingItems: Entity<'BillingItems'> = {
  name: 'BillingItems',
  singular: 'BillingItem',
  isQueryable: true,
  verbs: ['PATCH', 'PUT'],
  defaults: {},
  fields: {
    id,
    companyID: readOnly(reference('Companies')),
    contractID: readOnly(reference('Contracts')),
    serviceID: readOnly(reference('Services')),
    serviceBundleID: readOnly(reference('ServiceBundles')),
    contractServiceID: readOnly(reference('ContractServices')),
    contractServiceBundleID: readOnly(reference('ContractServiceBundles')),
    contractServicePeriodID: readOnly(reference('ContractServiceUnits')),
    contractServiceBundlePeriodID: readOnly(reference('ContractServiceBundleUnits')),
    ...each('contractServiceAdjustmentID contractServiceBundleAdjustmentID', readOnly(integer)),
    ...each('billingItemType subType', readOnly(integer)),
    itemName: readOnly(text(255)),
    itemDate: readOnly(date),
    postedDate: readOnly(datetime),
    ...each('quantity rate extendedPrice totalAmount', readOnly(double)),
    invoiceID: readOnly(integer),
    webServiceDate: datetime,
  },
}

export const billingCodes: Entity<'BillingCodes'> = {
  name: 'BillingCodes',
  singular: 'BillingCode',
  isQueryable: true,
  verbs: [],
  defaults: {},
  fields: {
    id,
    name: readOnly(text(200)),
    isActive: readOnly(flag),
    ...each('billingCodeType useType', readOnly(integer)),
  },
}
