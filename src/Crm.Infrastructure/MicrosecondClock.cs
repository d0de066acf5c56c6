using Crm.Domain.Common;

namespace Crm.Infrastructure;

/// <summary>The one clock, cut to microseconds: PostgreSQL keeps no more, and what is answered must be what is stored.</summary>
internal sealed class MicrosecondClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => Instants.CutToMicroseconds(base.GetUtcNow());
}
