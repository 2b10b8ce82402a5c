import { describe, expect, test } from 'vitest'
import { type ColumnMapping, guessColumns, mappingProblems } from '../../worker/domain/report-columns.ts'

/** The guess by field, as the column's header. */
function guessed(headers: string[], ...sample: string[][]) {
  const mapping = guessColumns(headers, sample)
  return Object.fromEntries(
    Object.entries(mapping).map(([field, from]) => [field, 'column' in from ? from.column : from]),
  )
}

function codesOf(mapping: ColumnMapping, headers: string[]) {
  return mappingProblems(mapping, headers).map(({ code, column }) => [code, column])
}

describe('columns of our own names', () => {
  test('are what they are called, in any order and letter case', () => {
    const headers = [
      'QUANTITY',
      'unit',
      'Application',
      'kind',
      'company',
      'company_id',
      'other',
      'servers',
      'workstations',
    ]

    expect(guessed(headers, ['5', 'user', 'kes-cloud', 'workspace', 'Acme', '17', '', '', ''])).toEqual({
      company_id: 'company_id',
      company: 'company',
      kind: 'kind',
      application: 'Application',
      unit: 'unit',
      quantity: 'QUANTITY',
      workstations: 'workstations',
      servers: 'servers',
      other: 'other',
    })
  })
})

describe('columns in other languages are guessed', () => {
  const plus = 'Kaspersky Endpoint Security Cloud Plus'
  test.each<[string, string[], string[], Record<string, string>]>([
    [
      'English',
      ['Customer name', 'License name', 'License type', 'Status', 'Limit', 'Used', 'Expiration date'],
      ['Acme', plus, 'Commercial', 'Active', '50', '43', '2027-01-31'],
      {
        company: 'Customer name',
        application: 'License name',
        quantity: 'Used',
        licence_type: 'License type',
        licence_status: 'Status',
        expires: 'Expiration date',
      },
    ],
    [
      'German',
      ['Kundennummer', 'Kunde', 'Produkt', 'Einheit', 'Gekauft', 'Genutzt', 'Postfächer', 'Gültig bis'],
      ['17', 'Acme', plus, 'Benutzer', '50', '43', '20', '31.01.2027'],
      {
        company_id: 'Kundennummer',
        company: 'Kunde',
        application: 'Produkt',
        unit: 'Einheit',
        quantity: 'Genutzt',
        mailboxes: 'Postfächer',
        expires: 'Gültig bis',
      },
    ],
    [
      'French',
      ['Entreprise', 'Licence', 'Quantité', 'Boîtes aux lettres', 'Statut'],
      ['Acme', plus, '43', '20', 'Actif'],
      {
        company: 'Entreprise',
        application: 'Licence',
        quantity: 'Quantité',
        mailboxes: 'Boîtes aux lettres',
        licence_status: 'Statut',
      },
    ],
    [
      'Spanish',
      ['Empresa', 'Producto', 'En uso', 'Disponibles'],
      ['Acme', plus, '43', '7'],
      { company: 'Empresa', application: 'Producto', quantity: 'En uso' },
    ],
    [
      'Italian',
      ['Azienda', 'Licenza', 'Utilizzati', 'Scadenza'],
      ['Acme', plus, '43', '31/01/2027'],
      { company: 'Azienda', application: 'Licenza', quantity: 'Utilizzati', expires: 'Scadenza' },
    ],
    [
      'Dutch',
      ['Klant', 'Licentie', 'Aantal'],
      ['Acme', plus, '43'],
      { company: 'Klant', application: 'Licentie', quantity: 'Aantal' },
    ],
    [
      'Polish',
      ['Klient', 'Licencja', 'Ilość'],
      ['Acme', plus, '43'],
      { company: 'Klient', application: 'Licencja', quantity: 'Ilość' },
    ],
    [
      'Portuguese',
      ['Cliente', 'Produto', 'Quantidade'],
      ['Acme', plus, '43'],
      { company: 'Cliente', application: 'Produto', quantity: 'Quantidade' },
    ],
    [
      'Russian',
      ['Компания', 'Лицензия', 'Используется', 'Срок действия'],
      ['Acme', plus, '43', '2027-01-31'],
      { company: 'Компания', application: 'Лицензия', quantity: 'Используется', expires: 'Срок действия' },
    ],
    [
      'Japanese',
      ['会社名', 'ライセンス', '使用数'],
      ['Acme', plus, '43'],
      { company: '会社名', application: 'ライセンス', quantity: '使用数' },
    ],
  ])('%s', (_, headers, row, expected) => {
    expect(guessed(headers, row)).toEqual(expected)
  })

  test('devices by kind only where all three are there', () => {
    const row = ['Acme', plus, '8', '2', '32']

    expect(guessed(['Kunde', 'Produkt', 'Arbeitsstationen', 'Server', 'Mobilgeräte'], row)).toMatchObject({
      workstations: 'Arbeitsstationen',
      servers: 'Server',
      other: 'Mobilgeräte',
    })
    expect(guessed(['Kunde', 'Produkt', 'Arbeitsstationen', 'Server'], row.slice(0, 4))).toEqual({
      company: 'Kunde',
      application: 'Produkt',
    })
  })
})

describe('a guess', () => {
  test('never takes what was bought for what is used', () => {
    for (const header of ['Total', 'Limit', 'Licensed quantity', 'Gekauft', 'Total licenses']) {
      expect(guessed(['Customer', 'Product', header], ['Acme', 'kes-cloud', '50'])).not.toHaveProperty(
        'quantity',
      )
    }
  })

  test('takes no column for a number in which words stand', () => {
    expect(guessed(['Customer', 'Product', 'Used'], ['Acme', 'kes-cloud', 'often'])).not.toHaveProperty(
      'quantity',
    )
  })

  test('finds the licences by what stands in the rows', () => {
    const found = guessed(
      ['Customer', 'Product', 'Service'],
      ['Acme', 'Managed', 'Kaspersky Endpoint Security Cloud'],
    )

    expect(found).toMatchObject({ application: 'Service' })
  })

  test('leaves columns alone that have the same header', () => {
    expect(guessed(['Customer', 'Used', 'Used'], ['Acme', '1', '2'])).toEqual({ company: 'Customer' })
  })
})

describe('a mapping', () => {
  const column = (name: string) => ({ column: name })
  const fine: ColumnMapping = {
    company: column('A'),
    application: column('B'),
    quantity: column('C'),
  }
  const headers = ['A', 'B', 'C', 'D', 'E']

  test('needs a company, what it uses and how much', () => {
    expect(codesOf(fine, headers)).toEqual([])
    expect(codesOf({}, headers)).toEqual([
      ['column_missing', 'company'],
      ['column_missing', 'application'],
      ['column_missing', 'quantity'],
    ])
  })

  test('may have mailboxes alone, or one application for all rows', () => {
    expect(codesOf({ company: column('A'), mailboxes: column('B') }, headers)).toEqual([])
    expect(codesOf({ ...fine, application: { value: 'kes-cloud' } }, headers)).toEqual([])
  })

  test('may have devices by kind in place of a quantity, all three', () => {
    const { quantity: _, ...rest } = fine
    const three = { workstations: column('C'), servers: column('D'), other: column('E') }

    expect(codesOf({ ...rest, ...three }, headers)).toEqual([])
    expect(codesOf({ ...fine, servers: column('D') }, headers)).toEqual([['column_missing', 'workstations']])
  })

  test('names columns that the file has, once, and each for one thing', () => {
    expect(codesOf({ ...fine, quantity: column('X') }, headers)).toEqual([['column_not_found', 'X']])
    expect(codesOf(fine, ['A', 'B', 'C', 'C'])).toEqual([['duplicate_column', 'C']])
    expect(codesOf({ ...fine, mailboxes: column('C') }, headers)).toEqual([['column_taken_twice', 'C']])
  })

  test('has no fixed numbers', () => {
    expect(codesOf({ ...fine, quantity: { value: '5' } }, headers)).toEqual([
      ['value_not_allowed', 'quantity'],
    ])
  })
})
