import { isObject, type Row } from '../../row.ts'
import {
  commonFields,
  each,
  type Fields,
  flag,
  number,
  oneOf,
  reference,
  required,
  text,
  whole,
} from '../fields.ts'
import { type Entity, identifierProblems } from './entity.ts'

const billableOption = oneOf('Billable', 'DoNotBill', 'NoCharge', 'NoDefault')
const productClass = oneOf('Agreement', 'Bundle', 'Inventory', 'NonInventory', 'Service')

const fields: Fields = {
  ...each('identifier description', required(text(60))),
  customerDescription: required(text(6000)),
  subcategory: required(reference('subcategory')),
  type: required(reference('productType')),
  category: reference('productCategory'),
  unitOfMeasure: reference('unitOfMeasure'),
  ...each('inactiveFlag serializedFlag serializedCostFlag phaseProductFlag taxableFlag dropShipFlag', flag),
  ...each('specialOrderFlag recurringFlag recurringOneTimeFlag calculatedPriceFlag calculatedCostFlag', flag),
  ...each('markupFlag autoUpdateUnitCostFlag autoUpdateUnitPriceFlag', flag),
  ...each(
    'price cost recurringRevenue recurringCost calculatedPrice calculatedCost markupPercentage',
    number,
  ),
  minStockLevel: whole,
  ...each('manufacturerPartNumber vendorSku integrationXRef', text(50)),
  ...each('notes connectWiseID', text()),
  productClass,
  billableOption,
  priceAttribute: oneOf('FixedFee', 'NotToExceed', 'OverrideRate', 'TimeAndMaterials'),
  recurringCycleType: oneOf('ContractYear', 'CalendarYear'),
  vendor: reference('company'),
  recurringBillCycle: reference('billingCycle'),
  agreementType: reference('agreementType'),
  ...each('manufacturer sla entityType', reference('other')),
  ...commonFields,
}

export const product: Entity = {
  name: 'catalogItem',
  fields,
  defaults: () => ({
    productClass: 'NonInventory',
    billableOption: 'Billable',
    unitOfMeasure: { id: 1, name: 'Each' },
    price: 0,
    cost: 0,
    minStockLevel: 0,
    inactiveFlag: false,
    serializedFlag: false,
    serializedCostFlag: false,
    phaseProductFlag: false,
    taxableFlag: false,
    dropShipFlag: false,
    specialOrderFlag: false,
    recurringFlag: false,
  }),
  computed: () => ({}),
  problems: (values, { store }, id) => identifierProblems(values, store.products.all(), id),
  isInUse: (id, store) => store.allAdditions().some((row) => isObject(row.product) && row.product.id === id),
}

const infoNames = [
  'identifier',
  'description',
  'inactiveFlag',
  'productClass',
  'serializedCostFlag',
  'price',
  'cost',
  'taxableFlag',
  'dropShipFlag',
  'specialOrderFlag',
  'customerDescription',
  'manufacturerPartNumber',
  'vendorSku',
  'billableOption',
  'id',
  '_info',
]

/** What the light list of products knows of them. */
export const productInfoFields: Fields = Object.fromEntries(
  Object.entries(fields).filter(([name]) => infoNames.includes(name)),
)

export function productInfo(row: Row): Row {
  const known = Object.entries(row).filter(([name]) => infoNames.includes(name))
  return { ...Object.fromEntries(known), id: row.id }
}
