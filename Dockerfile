# The service alone; its database is another container (docker-compose.yml) or any PostgreSQL 15+.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# What decides the packages first, so that a change of code does not restore anew.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Crm.Domain/Crm.Domain.csproj src/Crm.Domain/
COPY src/Crm.Application/Crm.Application.csproj src/Crm.Application/
COPY src/Crm.Infrastructure/Crm.Infrastructure.csproj src/Crm.Infrastructure/
COPY src/Crm.Api/Crm.Api.csproj src/Crm.Api/
RUN dotnet restore src/Crm.Api

COPY deploy/roles.sql deploy/
COPY docs/api docs/api
COPY src src
RUN dotnet publish src/Crm.Api --configuration Release --no-restore --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .

# Secrets and unsent mail; a volume, so that both survive a new image.
RUN mkdir /data && chown "$APP_UID" /data && chmod 700 /data
VOLUME /data
ENV CRM_DATA_DIR=/data ASPNETCORE_URLS=http://+:8080 ASPNETCORE_ENVIRONMENT=Production
EXPOSE 8080
USER $APP_UID

# The image has no curl; the program asks itself.
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["./Crm.Api", "health"]
ENTRYPOINT ["./Crm.Api"]
