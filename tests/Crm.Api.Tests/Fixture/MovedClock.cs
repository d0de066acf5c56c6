namespace Crm.Api.Tests.Fixture;

/// <summary>The real clock, moved as far as a test says.</summary>
internal sealed class MovedClock : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => Crm.Domain.Common.Instants.CutToMicroseconds(base.GetUtcNow() + Offset);
}
