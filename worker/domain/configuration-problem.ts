import type * as z from 'zod'

/** One thing that is wrong with a configuration document. */
export interface ConfigurationProblem {
  /** Where, e.g. `companies[0].agreementId`; empty for the document itself. */
  path: string
  /** Snake-case, for programs. */
  code: string
  /** What is wrong and how to mend it, for people. Never repeats a value, which may be a secret. */
  message: string
}

/** Every fault that the schema found in `input`, in our words; a field that no schema knows is a fault as well. */
export function shapeProblems(issues: z.core.$ZodIssue[], input: unknown): ConfigurationProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownField([...issue.path, key]))
    }
    return [{ path: pathText(issue.path), ...describe(issue, input) }]
  })
}

/** `['companies', 0, 'company', 'id']` as `companies[0].company.id`. */
export function pathText(path: PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const name = String(step)
    if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

function describe(issue: z.core.$ZodIssue, input: unknown): { code: string; message: string } {
  if (issue.code !== 'invalid_key' && valueAt(input, issue.path) === undefined) {
    return { code: 'missing_field', message: 'This field is needed.' }
  }
  switch (issue.code) {
    case 'invalid_type':
      return { code: 'wrong_type', message: `This must be ${kindNames[issue.expected] ?? issue.expected}.` }
    case 'invalid_value':
      return { code: 'unknown_value', message: `This must be ${oneOf(issue.values)}.` }
    case 'invalid_union':
      return { code: 'unknown_value', message: `This must be ${oneOf(optionsOf(issue))}.` }
    case 'too_small':
      return issue.origin === 'string'
        ? { code: 'empty', message: 'This must not be empty.' }
        : { code: 'out_of_range', message: `This must be at least ${issue.minimum}.` }
    case 'too_big':
      return issue.origin === 'string'
        ? { code: 'too_long', message: `This must have at most ${issue.maximum} characters.` }
        : { code: 'out_of_range', message: `This must be at most ${issue.maximum}.` }
    case 'invalid_key': {
      const [inner] = issue.issues
      return inner === undefined || inner.code === 'invalid_value'
        ? { code: 'unknown_field', message: unknownFieldMessage }
        : { code: 'invalid_name', message: inner.message }
    }
    case 'custom':
      return { code: String(issue.params?.code ?? 'invalid'), message: issue.message }
    default:
      return { code: 'invalid_format', message: issue.message }
  }
}

const unknownFieldMessage = 'There is no such field here. Check its spelling, or leave it out.'

function unknownField(path: PropertyKey[]): ConfigurationProblem {
  return { path: pathText(path), code: 'unknown_field', message: unknownFieldMessage }
}

const kindNames: Record<string, string> = {
  string: 'text in quotes; ids are text, too',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a whole number',
  array: 'a list',
  object: 'an object in braces',
  record: 'an object in braces',
  null: 'null',
}

/** The known values of the field that tells the shapes apart. */
function optionsOf(issue: z.core.$ZodIssueInvalidUnion): unknown[] {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options : []
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value))
  return texts.length === 1 ? `${texts[0]}` : `one of ${texts.join(', ')}`
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? Reflect.get(value, step)
        : undefined,
    input,
  )
}
