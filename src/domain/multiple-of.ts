/** Decimal places in which a number must be a multiple (`multipleOf` of JSON Schema): 19.99 / 0.01 is 1998.9999999999998. */
export const multipleOfPrecision = 6
