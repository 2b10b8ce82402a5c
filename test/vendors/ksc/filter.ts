import type { Params, Value } from './params.ts'
import { badArgument } from './pxg-error.ts'

type Test = (row: Params) => boolean

/**
 * What a search filter asks of a row: comparisons of numbers and of quoted texts with wildcards, joined by `&`, `|` and
 * `!`, each part in brackets. Empty asks for nothing.
 *
 * @throws PxgError for anything else
 * @see docs/vendors/kaspersky.md, "Filters"
 */
export function filterOf(filter: string): Test {
  if (filter === '') return () => true
  const { test, rest } = part(filter)
  if (rest !== '') throw badArgument(`a filter like ${filter}`)
  return test
}

function part(text: string): { test: Test; rest: string } {
  const operator = /^\(([&|!])/.exec(text)?.[1]
  if (operator === undefined) return comparison(text)
  const tests: Test[] = []
  let rest = text.slice(2)
  while (rest.startsWith('(')) {
    const inner = part(rest)
    tests.push(inner.test)
    rest = inner.rest
  }
  if (!rest.startsWith(')') || tests.length === 0 || (operator === '!' && tests.length !== 1)) {
    throw badArgument(`a filter part like ${text}`)
  }
  return { test: joined(operator, tests), rest: rest.slice(1) }
}

function joined(operator: string, tests: Test[]): Test {
  if (operator === '&') return (row) => tests.every((test) => test(row))
  if (operator === '|') return (row) => tests.some((test) => test(row))
  return (row) => !tests.some((test) => test(row))
}

function comparison(text: string): { test: Test; rest: string } {
  const [whole, name, operator, quoted, number] =
    /^\((\w+)\s*(=|<>|>=|<=|>|<)\s*(?:"((?:[^"]|"")*)"|(-?\d+))\)/.exec(text) ?? []
  if (whole === undefined || name === undefined || operator === undefined) {
    throw badArgument(`a filter part like ${text}`)
  }
  const rest = text.slice(whole.length)
  if (number !== undefined) {
    const wanted = Number(number)
    return { test: (row) => compares(operator, numberOf(row[name]), wanted), rest }
  }
  if (operator !== '=' || quoted === undefined) throw badArgument(`a comparison like ${whole}`)
  return { test: matching(name, quoted), rest }
}

function matching(name: string, quoted: string): Test {
  const pattern = quoted
    .replaceAll('""', '"')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const expression = new RegExp(`^${pattern}$`, 'is')
  return (row) => {
    const value = row[name]
    return typeof value === 'string' && expression.test(value)
  }
}

/** Null is never less, greater or equal. */
function compares(operator: string, value: number | null, wanted: number): boolean {
  if (value === null) return operator === '<>'
  switch (operator) {
    case '=':
      return value === wanted
    case '<>':
      return value !== wanted
    case '>':
      return value > wanted
    case '<':
      return value < wanted
    case '>=':
      return value >= wanted
    default:
      return value <= wanted
  }
}

function numberOf(value: Value | undefined): number | null {
  if (typeof value === 'number') return value
  if (typeof value === 'object' && 'type' in value && value.type === 'long') return value.value
  return null
}
