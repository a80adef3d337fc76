/**
 * Stands in for the package `form-data` in the bundles: axios loads it for multipart bodies that it would build itself,
 * and Latchkey hands it finished bytes alone. Throws when it is used all the same.
 */
export default function FormData(): never {
  throw new Error('Multipart bodies are sent as bytes; form-data is not part of the bundle.');
}
