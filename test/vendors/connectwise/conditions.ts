import { invalidCondition } from './errors.ts'

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'like'

export type Literal =
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'flag'; value: boolean }
  /** Milliseconds since the epoch; a date alone is its midnight in UTC. */
  | { kind: 'date'; value: number }
  | { kind: 'null' }

export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'compare'; path: string; comparison: Comparison; literal: Literal }
  | { kind: 'in'; path: string; literals: Literal[] }

type Token =
  | { kind: 'word'; text: string }
  | { kind: 'symbol'; text: string }
  | { kind: 'literal'; literal: Literal }
  | { kind: 'end' }

const tokenPattern =
  /\s*(?:(?<word>[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*)|(?<number>-?\d+(?:\.\d+)?)(?![\w.])|"(?<double>(?:\\["\\]|[^"])*)"|'(?<single>(?:\\['\\]|[^'])*)'|\[(?<date>[^\]]*)\]|(?<symbol><=|>=|!=|[=<>(),]))/y

const datePattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

/**
 * Reads the vendor's filter language. `and` binds tighter than `or`; key words may be in any letter case; strings
 * stand in double or single quotes, where a backslash keeps a quote from ending them.
 *
 * @throws ApiError `ApiFindCondition` where the text is none
 * @see docs/vendors/connectwise.md
 */
export function parseConditions(source: string): Condition {
  const tokens = tokensOf(source)
  let position = 0

  const peek = (): Token => tokens[position] ?? { kind: 'end' }
  const take = (): Token => {
    const token = peek()
    position++
    return token
  }
  const takeWord = (word: string): boolean => {
    const token = peek()
    const found = token.kind === 'word' && token.text.toLowerCase() === word
    if (found) position++
    return found
  }
  const takeSymbol = (symbol: string): boolean => {
    const token = peek()
    const found = token.kind === 'symbol' && token.text === symbol
    if (found) position++
    return found
  }
  const expectSymbol = (symbol: string): void => {
    if (!takeSymbol(symbol)) throw unexpected(peek(), `"${symbol}"`)
  }

  function alternatives(): Condition {
    return joined('or', () => joined('and', term))
  }

  function joined(kind: 'and' | 'or', part: () => Condition): Condition {
    const first = part()
    const parts = [first]
    while (takeWord(kind)) parts.push(part())
    return parts.length === 1 ? first : { kind, parts }
  }

  function term(): Condition {
    if (takeWord('not')) return { kind: 'not', part: term() }
    if (takeSymbol('(')) {
      const inner = alternatives()
      expectSymbol(')')
      return inner
    }
    return clause()
  }

  function clause(): Condition {
    const name = take()
    if (name.kind !== 'word') throw unexpected(name, 'a field name')
    if (takeWord('not')) return { kind: 'not', part: wordClause(name.text) }
    const operator = peek()
    if (operator.kind === 'symbol' && isSign(operator.text)) {
      position++
      return { kind: 'compare', path: name.text, comparison: operator.text, literal: value() }
    }
    return wordClause(name.text)
  }

  function wordClause(path: string): Condition {
    if (takeWord('in')) {
      expectSymbol('(')
      const literals = [value()]
      while (takeSymbol(',')) literals.push(value())
      expectSymbol(')')
      return { kind: 'in', path, literals }
    }
    if (takeWord('contains')) return { kind: 'compare', path, comparison: 'contains', literal: value() }
    if (takeWord('like')) return { kind: 'compare', path, comparison: 'like', literal: value() }
    throw unexpected(peek(), 'an operator')
  }

  function value(): Literal {
    const token = take()
    if (token.kind === 'literal') return token.literal
    if (token.kind === 'word') {
      const word = token.text.toLowerCase()
      if (word === 'null') return { kind: 'null' }
      if (word === 'true' || word === 'false') return { kind: 'flag', value: word === 'true' }
    }
    throw unexpected(token, 'a value')
  }

  const condition = alternatives()
  if (peek().kind !== 'end') throw unexpected(peek(), 'the end')
  return condition
}

function isSign(text: string): text is '=' | '!=' | '<' | '<=' | '>' | '>=' {
  return ['=', '!=', '<', '<=', '>', '>='].includes(text)
}

function tokensOf(source: string): Token[] {
  const text = source.trimEnd()
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex
    const found = tokenPattern.exec(text)?.groups
    if (!found) throw invalidCondition(`The condition cannot be read from "${text.slice(at, at + 20)}" on.`)
    tokens.push(tokenOf(found))
  }
  return tokens
}

function tokenOf(found: Record<string, string | undefined>): Token {
  const { word, number, double, single, date, symbol } = found
  if (word !== undefined) return { kind: 'word', text: word }
  if (number !== undefined) return literal({ kind: 'number', value: Number(number) })
  if (double !== undefined) return literal({ kind: 'text', value: double.replace(/\\(["\\])/g, '$1') })
  if (single !== undefined) return literal({ kind: 'text', value: single.replace(/\\(['\\])/g, '$1') })
  if (date !== undefined) return literal({ kind: 'date', value: instantOf(date) })
  return { kind: 'symbol', text: symbol ?? '' }
}

function literal(value: Literal): Token {
  return { kind: 'literal', literal: value }
}

function instantOf(text: string): number {
  const parts = datePattern.exec(text)
  const withZone = parts?.[1] !== undefined && parts[4] === undefined ? `${text}Z` : text
  const instant = parts ? Date.parse(withZone) : Number.NaN
  if (Number.isNaN(instant)) throw invalidCondition(`[${text}] is not a date.`)
  return instant
}

function unexpected(token: Token, wanted: string): Error {
  const found = token.kind === 'end' ? 'the end' : token.kind === 'literal' ? 'a value' : `"${token.text}"`
  return invalidCondition(`The condition has ${found} where ${wanted} was expected.`)
}
