type Swagger = typeof import('@nestjs/swagger');
type Decorate = (...target: [object, string | symbol, PropertyDescriptor]) => void;

/** What is described, in the order of its decorators, until a document is made. */
const waiting: ((swagger: Swagger) => void)[] = [];

/*
 * The decorators of @nestjs/swagger with their types. They take effect when a document is made: the package
 * and what it imports are 540 files, a sixth of a start.
 */
export const ApiBearerAuth = deferred('ApiBearerAuth');
export const ApiBody = deferred('ApiBody');
export const ApiHeader = deferred('ApiHeader');
export const ApiOperation = deferred('ApiOperation');
export const ApiResponse = deferred('ApiResponse');
export const ApiSecurity = deferred('ApiSecurity');
export const ApiTags = deferred('ApiTags');

/** Loads @nestjs/swagger and applies its decorators. */
export async function describeRoutes(): Promise<Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const describe of waiting) describe(swagger);
  waiting.length = 0;
  return swagger;
}

function deferred<N extends keyof Swagger>(name: N): Swagger[N] {
  const decorator =
    (...options: unknown[]): Decorate =>
    (...target) => {
      waiting.push((swagger) => {
        const make = swagger[name] as unknown as (...options: unknown[]) => Decorate;
        make(...options)(...target);
      });
    };
  return decorator as unknown as Swagger[N];
}
