using Crm.Api.Tests.Fixture;
using Crm.Infrastructure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Security;

/// <summary>A token of the service's own making whose time has passed.</summary>
internal static class ExpiredToken
{
    public static string For(CrmApi api, Guid userId, Guid tenantId) =>
        new Tokens(api.Services.GetRequiredService<TokenKey>(), new Yesterday(), new ConfigurationBuilder().Build()).Issue(userId, tenantId, Guid.NewGuid()).Text;

    private sealed class Yesterday : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(-1);
    }
}
