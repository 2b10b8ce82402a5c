import { SaxesParser } from 'saxes'

export interface XmlReader {
  /** @throws Error where the XML is broken */
  write(text: string): void
  /** @throws Error where it breaks off */
  end(): void
}

/** Reads XML as it arrives. Names come without their prefix: programs differ in which they use. */
export function xmlReader(on: {
  open: (name: string, attribute: (name: string) => string | undefined) => void
  close?: (name: string) => void
  text?: (text: string) => void
}): XmlReader {
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    on.open(withoutPrefix(name), (wanted) => {
      for (const [attribute, value] of Object.entries(attributes)) {
        if (withoutPrefix(attribute) === wanted) return value
      }
      return undefined
    })
  })
  parser.on('closetag', ({ name }) => on.close?.(withoutPrefix(name)))
  parser.on('text', (text) => on.text?.(text))
  parser.on('cdata', (text) => on.text?.(text))
  return {
    write: (text) => {
      parser.write(text)
    },
    end: () => {
      parser.close()
    },
  }
}

/** All of a small document. */
export function readXml(
  xml: string,
  open: (name: string, attribute: (name: string) => string | undefined) => void,
): void {
  if (xml === '') return
  const reader = xmlReader({ open })
  reader.write(xml)
  reader.end()
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
