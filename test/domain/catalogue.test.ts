import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applications } from '../../worker/domain/applications.ts'
import { applicationOf, cleanedName, isSplit } from '../../worker/domain/catalogue.ts'

describe('a licence belongs to the application that its name spells out', () => {
  test.each([
    [
      'Kaspersky Endpoint Security for Business Advanced. European Edition. 25-49 Node 1 year Base License',
      'kes-business-advanced',
    ],
    [
      'Kaspersky Endpoint Security for Business - Advanced European Edition. 10-14 Node 2 year Renewal License',
      'kes-business-advanced',
    ],
    ['KASPERSKY ENDPOINT SECURITY FOR BUSINESS – SELECT International Edition', 'kes-business-select'],
    ['Kaspersky® Endpoint Security for Business™ Select', 'kes-business-select'],
    [
      'Kaspersky Endpoint Security for Business Select Latin America Edition. 25-49 Node',
      'kes-business-select',
    ],
    [
      'Kaspersky  Total Security for Business Worldwide Edition. 50-99 Node 1 year Cross-grade License',
      'total-security-business',
    ],
    [
      'Kaspersky Endpoint Detection and Response Optimum European Edition. 10-14 Node 1 year Base License',
      'edr-optimum',
    ],
    ['Kaspersky EDR Optimum', 'edr-optimum'],
    ['Kaspersky EDR for Business - Optimum MSP Subscription License', 'edr-optimum'],
    ['Kaspersky Endpoint Security Cloud, User', 'kes-cloud'],
    ['Kaspersky Endpoint Security Cloud Plus, User European Edition', 'kes-cloud-plus'],
    ['Kaspersky Endpoint Security Cloud+', 'kes-cloud-plus'],
    ['Kaspersky Endpoint Security Cloud Pro', 'kes-cloud-pro'],
    [
      'Kaspersky Hybrid Cloud Security, Desktop European Edition. 10-14 VirtualWorkstation',
      'hybrid-cloud-desktop',
    ],
    ['Kaspersky Hybrid Cloud Security, Server European Edition. 10-14 VirtualServer', 'hybrid-cloud-server'],
    ['Kaspersky Security for Mail Server European Edition. 25-49 MailAddress', 'mail-server'],
    ['Kaspersky Security for Internet Gateway', 'internet-gateway'],
    ['Kaspersky Security for Microsoft Office 365', 'office-365'],
    ['Kaspersky Next EDR Foundations European Edition. 10-14 User', 'next-edr-foundations'],
    ['Kaspersky Next EDR Optimum MSP License', 'next-edr-optimum'],
    ['Kaspersky Next XDR Expert', 'next-xdr-expert'],
  ])('%s', (licenceName, key) => {
    expect(applicationOf(licenceName).key).toBe(key)
  })
})

describe('a word that may name another product makes an application of its own', () => {
  test.each([
    ['Kaspersky Endpoint Security Cloud Premium', 'kaspersky-endpoint-security-cloud-premium'],
    ['Kaspersky Endpoint Security for Business Core', 'kaspersky-endpoint-security-for-business-core'],
    ['Kaspersky Next XDR Optimum', 'kaspersky-next-xdr-optimum'],
    ['Kaspersky Next MXDR Optimum', 'kaspersky-next-mxdr-optimum'],
    ['Kaspersky Optimum Security', 'kaspersky-optimum-security'],
    [
      'Kaspersky Security for Storage. European Edition. 10-14 User 1 year Base License',
      'kaspersky-security-for-storage',
    ],
  ])('%s', (licenceName, key) => {
    expect(applicationOf(licenceName)).toMatchObject({ key, unit: 'device', split: true })
  })
})

describe('an add-on', () => {
  test.each([
    'Kaspersky Endpoint Detection and Response Optimum Add-on European Edition. 25-49 Node 1 year',
    'Kaspersky EDR Optimum Add-on for Kaspersky Endpoint Security for Business Advanced',
    'Kaspersky Endpoint Security for Business Advanced EDR Optimum AddOn',
  ])('of EDR Optimum is EDR Optimum: %s', (licenceName) => {
    expect(applicationOf(licenceName).key).toBe('edr-optimum')
  })

  test('to Business Advanced is not Business Advanced', () => {
    expect(applicationOf('Kaspersky Endpoint Security for Business Advanced Add-on')).toEqual({
      key: 'kaspersky-endpoint-security-for-business-advanced-add-on',
      name: 'Kaspersky Endpoint Security for Business Advanced Add-on',
      unit: 'device',
      split: true,
    })
  })

  test('that does not call itself one, but a bundle, is a product of its own', () => {
    expect(applicationOf('Kaspersky Endpoint Security for Business Advanced with EDR Optimum').key).toBe(
      'kaspersky-endpoint-security-for-business-advanced-with-edr-optimum',
    )
  })
})

describe('Hybrid Cloud Security by processor or core', () => {
  test.each([
    ['Kaspersky Hybrid Cloud Security, CPU European Edition. 2-2 CPU', 'kaspersky-hybrid-cloud-security-cpu'],
    [
      'Kaspersky Hybrid Cloud Security Server European Edition. 2-4 Core',
      'kaspersky-hybrid-cloud-security-server-core',
    ],
  ])('counts cores and is not split: %s', (licenceName, key) => {
    expect(applicationOf(licenceName)).toMatchObject({ key, unit: 'core', split: false })
    expect(isSplit(key)).toBe(false)
  })
})

test('a licence whose name ends where the edition begins loses its punctuation', () => {
  expect(cleanedName(' Kaspersky  Symphony Security. European Edition. 5-9 Node ')).toBe(
    'Kaspersky Symphony Security',
  )
})

test('licences in other alphabets keep different keys of plain letters', () => {
  const one = applicationOf('Kaspersky Стандарт').key
  const other = applicationOf('Kaspersky Премиум').key

  expect(one).not.toBe(other)
  expect(one).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
})

test('a licence without a name is one application too', () => {
  expect(applicationOf('  ').key).toBe('unnamed-licence')
})

test('only applications counted by device are split, and virtual machines are not', () => {
  expect(applications.filter(({ split }) => split).map(({ key }) => key)).toEqual([
    'kes-business-select',
    'kes-business-advanced',
    'total-security-business',
    'edr-optimum',
  ])
  expect(isSplit('kes-cloud-plus')).toBe(false)
  expect(isSplit('kaspersky-security-for-storage')).toBe(true)
})

test('each name in the catalogue and each key leads back to its application', () => {
  for (const { key, name, unit, split } of applications) {
    expect(applicationOf(name)).toEqual({ key, name, unit, split })
    expect(applicationOf(key)).toEqual({ key, name, unit, split })
  }
})

test('the key of any licence leads to the same key, unit and split', () => {
  const words = fc.constantFrom(
    ...'Kaspersky Next EDR Optimum Add-on Hybrid Cloud Security CPU Core European Edition. 25-49 Base License ™ + &'.split(
      ' ',
    ),
  )
  const licenceName = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(words, { maxLength: 9 }).map((all) => all.join(' ')),
  )

  fc.assert(
    fc.property(licenceName, (name) => {
      const { key, unit, split } = applicationOf(name)
      expect(applicationOf(key)).toMatchObject({ key, unit, split })
      expect(key).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    }),
    { numRuns: 500 },
  )
})
