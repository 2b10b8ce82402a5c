import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser'
import * as z from 'zod'

export interface XmlElement {
  /** Without its prefix. */
  name: string
  /** Empty where it is in none. */
  namespace: string
  children: XmlElement[]
  /** What stands in it directly, entities resolved. */
  text: string
}

/** What an element is written from: its text, or its children, several of one name as a list. */
export type XmlContent = string | { [name: string]: XmlContent | XmlContent[] }

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Without it, references by number stay as they are.
  htmlEntities: true,
})

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
})

/** The document's root; null where `text` is no well-formed XML. */
export function xmlIn(text: string): XmlElement | null {
  if (XMLValidator.validate(text) !== true) return null
  const [root] = elementsIn(Nodes.parse(parser.parse(text)), new Map())
  return root ?? null
}

/** @param content attributes have `@` in front of their names */
export function xmlOf(content: XmlContent): string {
  return `<?xml version="1.0" encoding="utf-8"?>${builder.build(content)}`
}

export function childOf(
  parent: XmlElement | undefined,
  name: string,
  namespace?: string,
): XmlElement | undefined {
  return parent?.children.find(
    (child) => child.name === name && (namespace === undefined || child.namespace === namespace),
  )
}

/** A node has one key beside `:@`, which holds its attributes: its name, or `#text`. */
const Nodes = z.array(z.record(z.string(), z.unknown()))
const Attributes = z.record(z.string(), z.string()).default({})

type Namespaces = ReadonlyMap<string, string>

function elementsIn(nodes: z.output<typeof Nodes>, outer: Namespaces): XmlElement[] {
  return nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@')
    if (tag === undefined || tag === '#text') return []
    const namespaces = new Map([...outer, ...declaredIn(Attributes.parse(node[':@']))])
    const inner = Nodes.parse(node[tag])
    const [name = '', prefix = ''] = tag.split(':').reverse()
    return {
      name,
      namespace: namespaces.get(prefix) ?? '',
      children: elementsIn(inner, namespaces),
      text: inner.map((child) => child['#text'] ?? '').join(''),
    }
  })
}

/** Namespaces by their prefixes; the default one has none. */
function declaredIn(attributes: Record<string, string>): [string, string][] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    if (name === 'xmlns') return [['', value]]
    return name.startsWith('xmlns:') ? [[name.slice('xmlns:'.length), value]] : []
  })
}
