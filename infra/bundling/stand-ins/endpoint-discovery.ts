const unset = () => undefined;

/**
 * Stands in for the package `@aws-sdk/middleware-endpoint-discovery`: DynamoDB has one endpoint for each region, and none of the
 * commands in use asks for another.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: unset,
  configFileSelector: unset,
  default: false,
};

export const resolveEndpointDiscoveryConfig = <T extends object>(config: T) =>
  Object.assign(config, {
    endpointDiscoveryEnabled: () => Promise.resolve(false),
    isClientEndpointDiscoveryEnabled: false,
  });
