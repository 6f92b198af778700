# `npm run check:image` reads this file and does its steps without a Docker engine: it knows the instructions used here.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/clerk-local/package.json packages/clerk-local/
# No scripts: the image brings Node itself, and no package that the build needs has a step of its own.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json .swcrc ./
COPY src/ src/
COPY scripts/build-info.ts scripts/
# `docker build --build-arg COMMIT=$(git rev-parse HEAD) .`: the context has no repository in it.
ARG COMMIT=unknown
RUN npm run build

FROM node:24-slim AS production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The workspace (the local Clerk) stays out. So do optional packages: to npm, TypeScript is one of @nestjs/swagger's.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --workspaces=false --ignore-scripts

FROM node:24-slim
ARG COMMIT=unknown
# As in package.json; `npm run check:image` compares them.
LABEL org.opencontainers.image.title="Roavelo API" \
      org.opencontainers.image.description="The Roavelo backend: Clerk beside MongoDB." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${COMMIT}"
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
COPY --from=production /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`, { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
