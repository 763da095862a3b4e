import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { GroupOptions } from './cedar-request.ts'
import { type Attribute, type Attributes, bool, long, type PolicyUses, text, texts } from './cedar-uses.ts'

const common: Attributes = { name: text, operation: text, feature: text }
const hints: Attributes = {
  readOnlyHint: bool,
  destructiveHint: bool,
  idempotentHint: bool,
  openWorldHint: bool,
}

/**
 * The schema of one policy. Arguments and claims are open, so those that the policy uses are declared with the type that
 * it uses them as. All are declared as required: ToolHive's users need not guard them with `has`, and one that is missing
 * at run time is an error, hence a deny.
 */
export function schemaFor(
  uses: PolicyUses,
  groups: GroupOptions,
  knownTypes: readonly string[],
): SchemaJson<string> {
  const ancestors = [...new Set([groups.entityType, 'MCP', 'Backend', ...knownTypes])].filter(
    (type) => !isOurs(type),
  )
  const claims = pick(uses.open, 'claim_')
  const args = pick(uses.open, 'arg_')
  const shared = { ...args, ...hints, ...common }
  const entity = (attributes: Attributes) => ({
    memberOfTypes: ancestors,
    shape: { type: 'Record' as const, attributes },
  })
  const calls = Object.fromEntries(uses.tools.map((tool) => [tool, long]))
  const chain = { session: text, callCount: long, calls: record(calls), tools: texts }
  const context = record({ ...claims, ...args, chain: record(chain) })
  const action = (resource: string) => ({
    appliesTo: { principalTypes: ['Client'], resourceTypes: [resource], context },
  })
  return {
    '': {
      entityTypes: {
        ...Object.fromEntries(ancestors.map((type) => [type, { memberOfTypes: ancestors }])),
        Client: entity(claims),
        // A rule for all actions may ask for hints; where there are none, that is an error, hence a deny, as in ToolHive.
        Tool: entity(shared),
        Prompt: entity(shared),
        Resource: entity({ ...shared, uri: text }),
        FeatureType: entity({ ...shared, type: text }),
      },
      actions: {
        call_tool: action('Tool'),
        get_prompt: action('Prompt'),
        read_resource: action('Resource'),
        list_tools: action('FeatureType'),
        list_prompts: action('FeatureType'),
        list_resources: action('FeatureType'),
      },
    },
  }
}

const isOurs = (type: string) =>
  ['Client', 'Tool', 'Prompt', 'Resource', 'FeatureType', 'Action'].includes(type)

/** The attributes that a request may have, by variable: what `has` may ask for. */
export function knownAttributes(variable: string): readonly string[] {
  if (variable === 'context') return ['chain']
  return variable === 'resource' ? [...Object.keys(common), ...Object.keys(hints), 'uri', 'type'] : []
}

export const chainAttributes = ['session', 'callCount', 'calls', 'tools']

function record(attributes: Attributes): Attribute {
  return { type: 'Record', attributes }
}

function pick(attributes: Attributes, prefix: string): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith(prefix)))
}
