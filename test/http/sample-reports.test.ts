import { beforeAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { type Msp, openMsp } from '../support/msp.ts'
import { csvFile, xlsxFile } from '../support/report-files.ts'
import { dayAgo, withHub } from '../support/reports.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
})
beforeEach(async () => {
  msp = await openMsp(stack)
  withHub(msp)
  await msp.save()
})

const plus = 'Kaspersky Endpoint Security Cloud Plus'
const mail = 'Kaspersky Security for Microsoft Office 365'

/** The same use of two customers, as different programs and people write it. */
const samples: [string, Uint8Array][] = [
  [
    'with our own columns',
    csvFile([
      [
        'company_id',
        'company',
        'kind',
        'application',
        'unit',
        'quantity',
        'workstations',
        'servers',
        'other',
      ],
      ['1', 'Acme', 'workspace', 'kes-cloud-plus', 'user', '25', '', '', ''],
      ['1', 'Acme', 'workspace', 'office-365', 'mailbox', '40', '', '', ''],
      ['2', 'Birch & Søn, Inc', 'company', 'kes-cloud-plus', 'device', '42', '8', '2', '32'],
    ]),
  ],
  [
    'in English, with trials and what was bought beside what is used',
    csvFile([
      ['Customer name', 'License name', 'License type', 'Status', 'Limit', 'Used', 'Expiration date'],
      ['Acme', `${plus}. 25-49 User 1 year Base License`, 'Commercial', 'Active', '50', '25', '2099-01-31'],
      ['Acme', `${mail}. European Edition`, 'Commercial', 'Active', '60', '40', '31/01/2099'],
      ['Acme', plus, 'Trial', 'Active', '10', '3', ''],
      ['Birch & Søn, Inc', plus, 'Commercial', 'Active', '20', '16', 'unlimited'],
      ['Birch & Søn, Inc', plus, 'Commercial', 'Expired', '20', '19', '2024-01-31'],
    ]),
  ],
  [
    'in German, from Excel as Unicode text, with decimal commas',
    csvFile(
      [
        ['Kundennummer', 'Kunde', 'Produkt', 'Einheit', 'Genutzt', 'Postfächer'],
        ['1', 'Acme', plus, 'Benutzer', '25,0', '40,00'],
        ['2', 'Birch & Søn, Inc', plus, 'Benutzer', '16,0', ''],
      ],
      { delimiter: '\t', encoding: 'utf-16le' },
    ),
  ],
  [
    'in German with semicolons, and devices by kind',
    csvFile(
      [
        ['Kunde', 'Lizenz', 'Einheit', 'Arbeitsstationen', 'Server', 'Mobilgeräte', 'Postfächer'],
        ['Acme', plus, 'Geräte', '20', '5', '9', '40'],
        ['Birch & Søn, Inc', plus, 'Geräte', '8', '2', '32', ''],
      ],
      { delimiter: ';', encoding: 'utf-8 with mark' },
    ),
  ],
  [
    'in French, as a workbook',
    xlsxFile([
      ['Entreprise', 'Licence', 'Statut', 'Quantité', 'Boîtes aux lettres', 'Expire le'],
      ['Acme', plus, 'Actif', 25, 40, { day: 72_000 }],
      ['Birch & Søn, Inc', plus, 'Actif', 16, null, null],
    ]),
  ],
  [
    'in Russian, with bars',
    csvFile(
      [
        ['Компания', 'Лицензия', 'Единица', 'Используется'],
        ['Acme', plus, 'пользователи', '25'],
        ['Acme', mail, 'почтовые ящики', '40'],
        ['Birch & Søn, Inc', plus, 'пользователи', '16'],
      ],
      { delimiter: '|', lineEnd: '\n' },
    ),
  ],
  [
    'in Japanese',
    csvFile([
      ['会社名', 'ライセンス', '単位', '使用数', 'メールボックス'],
      ['Acme', plus, 'ユーザー', '25', '40'],
      ['Birch & Søn, Inc', plus, 'ユーザー', '16', ''],
    ]),
  ],
]

const Preview = z.object({ mapping: z.looseObject({}), problems: z.array(z.unknown()) })

/** Takes a file in as a person does who changes nothing of what was guessed. */
async function takeIn(file: Uint8Array): Promise<void> {
  const body = new Uint8Array(file)
  const preview = await msp.api.post('/api/sources/hub/report/preview', undefined, { body })
  const { mapping, problems } = Preview.parse(preview.body)
  expect(problems).toEqual([])
  const query = new URLSearchParams({ asOf: dayAgo(0), columns: JSON.stringify(mapping) })
  const taken = await msp.api.put(`/api/sources/hub/report?${query}`, undefined, { body })
  if (taken.status !== 200) throw new Error(JSON.stringify(taken.body))
}

async function useOfAll() {
  const { adapter } = await msp.deps.source('hub')
  const use: Record<string, [application: string, quantity: number][]> = {}
  for (const tenant of await adapter.tenants()) {
    const { quantities } = await adapter.usage(tenant, { split: false, onUtcDay: dayAgo(0) })
    use[tenant.name] = quantities.map(({ application, quantity }) => [application, quantity])
  }
  return use
}

test.each(samples)('a report %s is understood by itself', async (_, file) => {
  await takeIn(file)

  expect(await useOfAll()).toEqual({
    Acme: [
      ['kes-cloud-plus', 25],
      ['office-365', 40],
    ],
    'Birch & Søn, Inc': [['kes-cloud-plus', 16]],
  })
})

test('a report of 200,000 rows is taken in as a whole', async () => {
  const rows = Array.from(
    { length: 200_000 },
    (_, at) => `c${at >> 3},C ${at >> 3},app-${at % 8},user,${at % 90}`,
  )
  const file = ['company_id,company,application,unit,quantity', ...rows].join('\n')

  const answer = await msp.api.put(`/api/sources/hub/report?asOf=${dayAgo(0)}`, undefined, { body: file })

  expect(answer).toMatchObject({ status: 200, body: { report: { companies: 25_000, rows: 200_000 } } })
})
