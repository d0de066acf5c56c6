using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class IdsTests
{
    [Fact]
    public void An_id_is_a_version_7_uuid_of_its_millisecond()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1_772_357_400_123);
        var id = Ids.New(now);
        id.Version.ShouldBe(7);
        id.ToString().Replace("-", "", StringComparison.Ordinal)[..12].ShouldBe(now.ToUnixTimeMilliseconds().ToString("x12", null));
        Ids.New(now).ShouldNotBe(id);
    }
}
